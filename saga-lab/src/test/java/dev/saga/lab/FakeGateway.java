package dev.saga.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A payment gateway over HTTP that honours idempotency keys, records every call, and fails if a test wants it. */
final class FakeGateway implements AutoCloseable {
    private static final int OK = 200;

    private final HttpServer server;
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Map<String, Long> balances = new ConcurrentHashMap<>();
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch silence = new CountDownLatch(0);
    private volatile int chargeStatus = OK;
    private volatile int refundStatus = OK;

    /** @param order the order that is charged or refunded */
    record Call(String path, String key, String order) {}

    FakeGateway() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/charges", this::serve);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on a call has its effect, but gets no response until {@link #recover}. */
    void fallSilent() {
        silence = new CountDownLatch(1);
    }

    /** From now on a charge gets this status and has no effect. */
    void refuseCharges(int status) {
        chargeStatus = status;
    }

    /** From now on a refund gets this status and has no effect. */
    void refuseRefunds(int status) {
        refundStatus = status;
    }

    /** Forgets all idempotency keys: a repeated charge takes the money again. */
    void forgetKeys() {
        known.clear();
    }

    /** Ends all failures and responds to the calls that wait. The callers of some may be gone. */
    void recover() {
        chargeStatus = OK;
        refundStatus = OK;
        silence.countDown();
    }

    /** Returns all calls for an order, also those that were refused or got no response. */
    List<Call> callsFor(String order) {
        return calls.stream().filter(call -> call.order.equals(order)).toList();
    }

    /** Returns the amount that was taken and not refunded under a key; 0 for an unknown key. */
    long balance(String key) {
        return balances.getOrDefault(key, 0L);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean refund = path.endsWith("/refund");
        int status = refund ? refundStatus : chargeStatus;
        if (refund) {
            refund(path.split("/", -1)[2], key, status);
        } else {
            charge(JsonMapper.shared().readTree(body), key, status);
        }
        awaitEndOf(silence);
        byte[] answer = ("{\"paymentId\":\"paid-" + key + "\"}").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private void refund(String charge, String key, int status) {
        if (status == OK) {
            balances.put(charge, 0L);
        }
        calls.add(new Call("refund", key, charge));
    }

    private void charge(JsonNode charge, String key, int status) {
        if (status == OK && known.add(key)) {
            balances.merge(key, charge.path("amount").asLong(), Long::sum);
        }
        calls.add(new Call("charge", key, charge.path("transactionId").asString()));
    }

    private static void awaitEndOf(CountDownLatch silence) {
        try {
            silence.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

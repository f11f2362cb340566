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

/** A gateway behind HTTP that honours idempotency keys and keeps every call, and that can be made to misbehave. */
final class Bank implements AutoCloseable {
    private static final int OK = 200;

    private final HttpServer server;
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Map<String, Long> balances = new ConcurrentHashMap<>();
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch silence = new CountDownLatch(0);
    private volatile int chargeStatus = OK;
    private volatile int refundStatus = OK;

    /** @param order whose transaction is named, or whose charge is given back */
    record Call(String path, String key, String order) {}

    Bank() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/charges", this::served);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on no call is answered, though it has its effect. */
    void fallSilent() {
        silence = new CountDownLatch(1);
    }

    /** From now on charges have this status and no effect. */
    void refuseCharges(int status) {
        chargeStatus = status;
    }

    /** From now on refunds have this status and no effect. */
    void refuseRefunds(int status) {
        refundStatus = status;
    }

    /** From now on a known key is a new one: the money is taken once more. */
    void forgetKeys() {
        known.clear();
    }

    /** Does as it is asked and answers again; those whose callers have gone are answered in vain. */
    void behave() {
        chargeStatus = OK;
        refundStatus = OK;
        silence.countDown();
    }

    /** All calls for an order that have had their effect. */
    List<Call> callsFor(String order) {
        return calls.stream().filter(call -> call.order.equals(order)).toList();
    }

    /** What is taken and not given back under a key; 0 where nothing ever was. */
    long balance(String key) {
        return balances.getOrDefault(key, 0L);
    }

    private void served(HttpExchange exchange) throws IOException {
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
        sitOut(silence);
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

    private static void sitOut(CountDownLatch silence) {
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

package dev.saga.lab.probe;

import dev.saga.events.Participant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client that calls the services as their users do. */
public final class SagaClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final String NOWHERE = "http://127.0.0.1:1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Map<Participant, String> urls;
    private final @Nullable String token;
    private final BiConsumer<Participant, HttpResponse<String>> check;

    /** @param urls address of each service, without a slash at its end; calls of a service without an address fail */
    public SagaClient(Map<Participant, String> urls) {
        this(urls, null, (service, response) -> {});
    }

    /** Creates a client of a gateway, given its address without a slash at its end. */
    public static SagaClient ofGateway(String url) {
        return new SagaClient(Stream.of(Participant.values())
                .collect(Collectors.toMap(service -> service, service -> url + "/" + service.route())));
    }

    private SagaClient(
            Map<Participant, String> urls,
            @Nullable String token,
            BiConsumer<Participant, HttpResponse<String>> check) {
        this.urls = Map.copyOf(urls);
        this.token = token;
        this.check = check;
    }

    /** Returns a client that sends a token with every call. */
    public SagaClient with(String bearer) {
        return new SagaClient(urls, bearer, check);
    }

    /** Returns a client that passes each response to a check before it returns it. */
    public SagaClient checkedBy(BiConsumer<Participant, HttpResponse<String>> each) {
        return new SagaClient(urls, token, each);
    }

    /**
     * A response.
     *
     * @param body the body as JSON; a missing node if there is none
     */
    public record Answer(int status, HttpResponse<String> response, JsonNode body) {
        /** Returns the value of a header; null if it is missing. */
        public @Nullable String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        /** Returns a field of the body as text; null if it is null or missing. */
        public @Nullable String text(String field) {
            return body.path(field).asString(null);
        }

        /** Returns this response if it has the wanted status; fails otherwise. */
        public Answer expect(int wanted) {
            if (status != wanted) {
                throw new IllegalStateException(response.request().method() + " " + response.uri() + " answered "
                        + status + " instead of " + wanted + ": " + response.body());
            }
            return this;
        }
    }

    /** Calls order-svc. */
    public Answer order(String method, String path, @Nullable String body, Map<String, String> headers) {
        return call(Participant.ORDER, method, path, body, headers);
    }

    public Answer inventory(String method, String path, @Nullable String body) {
        return call(Participant.INVENTORY, method, path, body);
    }

    public Answer payment(String method, String path, @Nullable String body) {
        return call(Participant.PAYMENT, method, path, body);
    }

    /** Calls any service. */
    public Answer call(Participant service, String method, String path, @Nullable String body) {
        return call(service, method, path, body, Map.of());
    }

    /** Creates a product or sets its stock. */
    public void stock(String productId, long unitPrice, long stock) {
        inventory(
                        "PUT",
                        "/products/" + productId,
                        "{\"name\":\"" + productId + "\",\"unitPrice\":" + unitPrice + ",\"stock\":" + stock + "}")
                .expect(200);
    }

    /** Sets the mode of the simulated payment gateway. */
    public void gateway(String mode) {
        payment("PUT", "/payment-gateway", "{\"mode\":\"" + mode + "\",\"latencyMillis\":0,\"failureRate\":0.0}")
                .expect(200);
    }

    /** Submits an order, and returns when order-svc has accepted or refused it. */
    public Answer submit(String userId, String body, Map<String, String> headers) {
        return order("POST", "/" + userId + "/orders", body, headers);
    }

    /** Submits an order and waits up to 30 s until it is final. */
    public Answer submitAndWait(String userId, String body) {
        return submit(userId, body, Map.of("Prefer", "wait=30")).expect(201);
    }

    public Answer get(String userId, String orderId) {
        return order("GET", "/" + userId + "/orders/" + orderId, null, Map.of());
    }

    /** Returns the order's events, oldest first. */
    public JsonNode timeline(String userId, String orderId) {
        return order("GET", "/" + userId + "/orders/" + orderId + "/timeline", null, Map.of())
                .expect(200)
                .body();
    }

    /** Calls any service, with headers. */
    public Answer call(
            Participant service, String method, String path, @Nullable String body, Map<String, String> headers) {
        String url = urls.getOrDefault(service, NOWHERE) + path;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            check.accept(service, response);
            return new Answer(response.statusCode(), response, json(response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + url + " has no answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static JsonNode json(String body) {
        return body.startsWith("{") || body.startsWith("[") ? JSON.readTree(body) : JSON.missingNode();
    }
}

package dev.saga.lab.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.HttpContract;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests restocks, conditional changes and names of products over HTTP. */
@Order(RunningSystem.ON_PAIRS)
class ProductIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final RunningSystem system = RunningSystem.pairs();
    private final SagaClient client = system.client();
    private final String product = "P-" + UUID.randomUUID();

    @Test
    void restockAddsToTheAvailableStockWhileItIsSold() {
        client.stock(product, 100, 20);
        IntStream.range(0, 20).parallel().forEach(i -> {
            SagaClient side = i % 2 == 0 ? client : system.otherClient();
            side.submit("ann", "{\"productId\":\"" + product + "\",\"qty\":1}", Map.of())
                    .expect(201);
            side.inventory("POST", "/products/" + product + "/restock", "{\"qty\":100}")
                    .expect(200);
        });
        system.assertSound();
        JsonNode now = client.inventory("GET", "/products/" + product, null)
                .expect(200)
                .body();
        assertThat(now.path("available").asLong() + now.path("reserved").asLong())
                .isEqualTo(2020);
        JsonNode ledger = client.inventory("GET", "/products/" + product + "/history", null)
                .expect(200)
                .body();
        assertThat(ledger.valueStream()
                        .filter(entry -> entry.path("kind").asString().equals("STOCKED"))
                        .map(entry -> entry.path("quantity").asLong()))
                .hasSize(21)
                .containsOnly(20L, 100L);
    }

    @Test
    void refusesAnInvalidRestock() throws Exception {
        client.stock(product, 100, 1);
        for (String qty : List.of("0", "-1", "1000000000001", "9223372036854775808", "null", "1.5", "\"x\"")) {
            assertProblem(send("POST", "/restock", null, "{\"qty\":" + qty + "}"), 400, "invalid-request");
        }
        assertProblem(send("POST", "/restock", null, "{\"qty\":1000000000000}"), 409, "stock-full");
        assertThat(client.inventory("POST", "/products/NOPE/restock", "{\"qty\":1}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void ifMatchLetsOnlyOneOfTwoChangesThrough() throws Exception {
        client.stock(product, 100, 1);
        HttpResponse<String> seen = send("GET", "", null, null);
        String tag = seen.headers().firstValue("etag").orElseThrow();
        HttpResponse<String> first = send("PUT", "", tag, put(5));
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("etag")).isPresent().get().isNotEqualTo(tag);
        assertProblem(send("PUT", "", tag, put(7)), 412, "precondition-failed");
        assertThat(send("GET", "", null, null).headers().firstValue("etag"))
                .isEqualTo(first.headers().firstValue("etag"));
        assertThat(send("PUT", "", "*", put(9)).statusCode()).isEqualTo(200);
    }

    @Test
    void ifMatchDoesNotCreateAProduct() throws Exception {
        assertProblem(send("PUT", "", "*", put(1)), 412, "precondition-failed");
        assertThat(send("GET", "", null, null).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"half \\ud83d", "\\ude00", "two\\nlines", "\\u0000", "\\u0085"})
    void refusesANameWithControlCharactersOrHalfASurrogatePair(String name) throws Exception {
        String body = "{\"name\":\"" + name + "\",\"unitPrice\":1,\"stock\":1}";
        assertProblem(send("PUT", "", null, body), 400, "invalid-request");
        assertThat(send("GET", "", null, null).statusCode()).isEqualTo(404);
    }

    private static String put(int stock) {
        return "{\"name\":\"Book\",\"unitPrice\":100,\"stock\":" + stock + "}";
    }

    private HttpResponse<String> send(String method, String below, String ifMatch, String body)
            throws IOException, InterruptedException {
        String url = system.stack.instances(Participant.INVENTORY).getFirst().url() + "/products/" + product + below;
        var request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (ifMatch != null) {
            request.header("If-Match", ifMatch);
        }
        HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        HttpContract.check(Participant.INVENTORY, answer);
        return answer;
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JsonMapper.shared().readTree(answer.body()).path("type").asString())
                .isEqualTo("urn:saga:problem:" + type);
    }
}

package dev.saga.web.description;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swagger.v3.core.util.Yaml31;
import org.junit.jupiter.api.Test;

class DescriptionTest {
    @Test
    void anAdditionCompletesWhatTheCodeHasAndIgnoresRoutesThatItDoesNotHave() {
        ObjectNode document = yaml("""
                paths:
                  /a:
                    get:
                      parameters: [{name: limit, in: query, schema: {type: integer}}, {name: id, in: path}]
                      responses: {"200": {description: OK, content: {text/event-stream: {schema: {$ref: x}}}}}
                """);
        Additions.merge(document, yaml("""
                paths:
                  /a:
                    get:
                      summary: Lists
                      parameters:
                        - {name: limit, schema: {minimum: 1}}
                        - {$ref: "#/components/parameters/id"}
                        - {name: X-Reason, in: header}
                      responses: {"200": {description: The list, content: {text/event-stream: {schema: {type: string}}}}}
                  /b: {get: {summary: Does not exist}}
                """));
        assertThat(document).isEqualTo(yaml("""
                paths:
                  /a:
                    get:
                      parameters:
                        - {name: limit, in: query, schema: {type: integer, minimum: 1}}
                        - {$ref: "#/components/parameters/id"}
                        - {name: X-Reason, in: header}
                      responses: {"200": {description: The list, content: {text/event-stream: {schema: {type: string}}}}}
                      summary: Lists
                """));
    }

    @Test
    void anOperationRespondsWithItsOwnProblemsAndThoseOfAll() {
        ObjectNode document = yaml("""
                paths: {/a: {post: {requestBody: {}, x-problems: [full, odd], responses: {}}}}
                x-common-problems: [full]
                x-body-problems: [content-too-large]
                x-problems:
                  full: {status: 503, description: Full., detail: No room.}
                  odd: {status: 409, description: Odd., detail: It is odd.}
                  gone: {status: 409, description: Gone., detail: It is gone.}
                  content-too-large: {status: 413, description: Large., detail: Large.}
                  not-found: {status: 404, description: None., detail: None.}
                  method-not-allowed: {status: 405, description: No., detail: No.}
                """);
        new ProblemResponses(document).complete();
        assertThat(document.at("/paths/~1a/post/responses")).isEqualTo(yaml("""
                "409": {$ref: "#/components/responses/Odd"}
                "413": {$ref: "#/components/responses/ContentTooLarge"}
                "503": {$ref: "#/components/responses/ServiceUnavailable"}
                """));
        assertThat(document.at("/components/responses/Odd/content/application~1problem+json/schema/allOf/1"))
                .isEqualTo(yaml("""
                        type: object
                        properties: {status: {const: 409}, type: {type: string, enum: ["urn:saga:problem:odd"]}}
                        """));
        assertThat(document.propertyStream().map(java.util.Map.Entry::getKey)).containsExactly("paths", "components");
    }

    @Test
    void theListsOfProblemsOfSeveralModulesAreJoined() {
        ObjectNode document = yaml("{x-common-problems: [full], tags: [a]}");
        Additions.merge(document, yaml("{x-common-problems: [odd], tags: [b]}"));
        assertThat(document).isEqualTo(yaml("{x-common-problems: [full, odd], tags: [b]}"));
    }

    @Test
    void aProblemThatNoFileDefinesIsRefused() {
        ObjectNode document = yaml("paths: {/a: {get: {x-problems: [typo]}}}");
        assertThatThrownBy(() -> new ProblemResponses(document).complete()).hasMessageContaining("typo");
    }

    @Test
    void everyFieldOfAResponseIsRequiredAndATypeWithoutUseIsRemoved() {
        ObjectNode document = yaml("""
                paths: {/a: {post: {requestBody: {$ref: "#/components/schemas/In"}, responses: {"200": {$ref: "#/components/schemas/Out"}}}}}
                components:
                  schemas:
                    In: {properties: {a: {}}}
                    Out: {properties: {b: {}, c: {$ref: "#/components/schemas/Part"}}}
                    Part: {properties: {d: {}}}
                    Unused: {properties: {e: {}}}
                """);
        new SchemaUses(document).complete();
        assertThat(document.at("/components/schemas")).isEqualTo(yaml("""
                In: {properties: {a: {}}}
                Out: {properties: {b: {}, c: {$ref: "#/components/schemas/Part"}}, required: [b, c]}
                Part: {properties: {d: {}}, required: [d]}
                """));
    }

    @Test
    void recordsWithTheSameSimpleNameHaveTypesOfTheirOwn() {
        assertThat(RecordSchemas.name(OrderResource.LineResource.class)).isEqualTo("OrderLine");
        assertThat(RecordSchemas.name(SagaController.Saga.class)).isEqualTo("Saga");
        assertThat(RecordSchemas.name(SagaController.Request.class)).isEqualTo("SagaRequest");
        assertThat(RecordSchemas.name(GatewaySettings.Settings.class)).isEqualTo("GatewaySettings");
    }

    private record OrderResource() {
        private record LineResource() {}
    }

    private static final class SagaController {
        private record Saga() {}

        private record Request() {}
    }

    private static final class GatewaySettings {
        private record Settings() {}
    }

    private static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) Yaml31.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}

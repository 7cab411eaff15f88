package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.FieldProblem;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.core.status.ApiException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Bodies that are short and become large when they are read.
final class DocumentBoundsTest {

    private static ApiException refusal(String yaml) {
        return assertThrows(ApiException.class, () -> BodyDecoder.yaml(yaml.getBytes(UTF_8)));
    }

    @Test
    void aliasesOfALongTextAreBounded() {
        String text = "a: &a " + "x".repeat(1_000_000) + "\nb: [" + "*a,".repeat(100_000) + "*a]\n";
        assertTrue(refusal(text).getMessage().contains("excessive aliasing"));
    }

    @Test
    void anchorsWithinEachOtherTakeNoMemory() {
        StringBuilder text = new StringBuilder("b: *c\na: ");
        for (int i = 0; i < 100_000; i++) {
            text.append("&a").append(i).append(" [");
        }
        text.insert(0, "c: &c 1\n");
        assertTrue(refusal(text.toString()).getMessage().contains("max depth"), "not refused for its depth");
    }

    @Test
    void deepYamlIsRefused() {
        assertEquals(400, refusal("a: " + "[".repeat(5_000) + "]".repeat(5_000)).code());
    }

    @Test
    void pathsOfDuplicatesAreBounded() {
        String text = ("{\"" + "k".repeat(45_000) + "\":").repeat(11) + "{" + "\"a\":1,".repeat(200_000) + "\"a\":1}" + "}".repeat(11);
        Document document = BodyDecoder.json(text.getBytes(UTF_8));
        assertTrue(document.duplicates().size() <= 10, document.duplicates().size() + " duplicates were noted");
    }

    @Test
    void pathsOfUnknownFieldsAreBounded() {
        ObjectNode pod = Json.MAPPER.createObjectNode();
        ObjectNode spec = pod.putObject("spec");
        for (int i = 0; i < 100_000; i++) {
            spec.put("unknown" + i, 1);
        }
        List<FieldProblem> unknown = assertTimeout(Duration.ofSeconds(30),
                () -> Objects.requireNonNull(SchemaRegistry.load().find(GroupVersionKind.of("v1", "Pod"))).prune(pod));
        assertEquals(1_000, unknown.size());
        assertTrue(pod.path("spec").isEmpty(), "not pruned");
    }
}

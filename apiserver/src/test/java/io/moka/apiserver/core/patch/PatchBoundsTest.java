package io.moka.apiserver.core.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.SchemaRegistry;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Short patches whose result would cost much memory or time.
final class PatchBoundsTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static ObjectNode operation(String op, String from, String path) {
        return NODES.objectNode().put("op", op).put("from", from).put("path", path);
    }

    private static PatchException refusal(JsonNode document, JsonNode patch) {
        return assertThrows(PatchException.class, () -> JsonPatch.apply(document, patch));
    }

    @Test
    void patchThatCopiesItselfIsRefused() {
        ObjectNode document = NODES.objectNode();
        document.putObject("data").put("a", "b");
        ArrayNode bomb = NODES.arrayNode();
        for (int i = 0; i < 30; i++) {
            bomb.add(operation("copy", "/data", "/data/c" + i));
        }
        PatchException refused = refusal(document, bomb);
        assertEquals(PatchException.Kind.UNPROCESSABLE, refused.kind());
        assertTrue(refused.getMessage().matches("Unable to complete the copy, the accumulated size increase of copy is \\d+, exceeding the limit 3145728"), refused.getMessage());
    }

    @Test
    void copiesWithinTheLimitAreMade() {
        ObjectNode document = NODES.objectNode().put("a", "x".repeat(1_000_000));
        ArrayNode patch = NODES.arrayNode().add(operation("copy", "/a", "/b")).add(operation("copy", "/a", "/c")).add(operation("copy", "/a", "/d"));
        assertEquals(4, JsonPatch.apply(document, patch).size());
        patch.add(operation("copy", "/a", "/e"));
        assertEquals(PatchException.Kind.UNPROCESSABLE, refusal(document, patch).kind());
    }

    @Test
    void tooManyOperationsAreTooLarge() {
        ArrayNode patch = NODES.arrayNode();
        for (int i = 0; i <= JsonPatch.MAX_OPERATIONS; i++) {
            patch.addObject();
        }
        PatchException refused = refusal(NODES.objectNode(), patch);
        assertEquals(PatchException.Kind.TOO_LARGE, refused.kind());
        assertEquals("The allowed maximum operations in a JSON patch is 10000, got 10001", refused.getMessage());
    }

    /// An object that is nested deeper than the limit could be stored, but not read again.
    @Test
    void resultThatIsTooDeepIsRefused() {
        ArrayNode patch = NODES.arrayNode();
        patch.add(NODES.objectNode().put("op", "add").put("path", "/a").set("value", NODES.objectNode()));
        for (int i = 0; i < JsonSize.MAX_DEPTH; i++) {
            patch.add(operation("move", "/a", "/b"));
            patch.add(NODES.objectNode().put("op", "add").put("path", "/a").set("value", NODES.objectNode()));
            patch.add(operation("move", "/b", "/a/c"));
        }
        assertTrue(refusal(NODES.objectNode(), patch).getMessage().contains("500 levels"));
    }

    @Test
    void longListsAreMergedInALinearNumberOfSteps() {
        ObjectSchema pods = Objects.requireNonNull(SchemaRegistry.load().find(GroupVersionKind.of("v1", "Pod")));
        ObjectNode pod = NODES.objectNode();
        ObjectNode patch = NODES.objectNode();
        ArrayNode order = patch.putObject("spec").putArray("$setElementOrder/containers");
        ArrayNode changes = ((ObjectNode) patch.get("spec")).putArray("containers");
        ArrayNode existing = pod.putObject("spec").putArray("containers");
        for (int i = 0; i < 60_000; i++) {
            existing.addObject().put("name", "c" + i);
            order.addObject().put("name", "c" + i);
            ObjectNode change = changes.addObject().put("name", "c" + i);
            if (i % 2 == 0) {
                change.put("image", "new");
            } else {
                change.put("$patch", "delete");
            }
        }
        ObjectNode merged = assertTimeout(Duration.ofSeconds(30), () -> StrategicMergePatch.apply(pod, patch, pods));
        assertEquals(30_000, merged.at("/spec/containers").size());
        assertEquals("{\"name\":\"c2\",\"image\":\"new\"}", merged.at("/spec/containers/1").toString());
    }
}

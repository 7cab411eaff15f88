package io.moka.apiserver.core.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.testing.Trees;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PatchTest {

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.load();

    static List<Arguments> jsonPatches() {
        return Trees.table(PatchTest.class, "json-patch.yaml");
    }

    static List<Arguments> mergePatches() {
        return Trees.table(PatchTest.class, "merge-patch.yaml");
    }

    static List<Arguments> strategicMergePatches() {
        return Trees.table(PatchTest.class, "strategic-merge.yaml");
    }

    @ParameterizedTest
    @MethodSource("jsonPatches")
    void jsonPatch(JsonNode test) {
        check(test, () -> JsonPatch.apply(test.get("doc"), test.get("patch")));
    }

    @ParameterizedTest
    @MethodSource("mergePatches")
    void mergePatch(JsonNode test) {
        check(test, () -> MergePatch.apply(test.get("doc"), test.get("patch")));
    }

    @ParameterizedTest
    @MethodSource("strategicMergePatches")
    void strategicMergePatch(JsonNode test) {
        check(test, () -> StrategicMergePatch.apply((ObjectNode) test.get("doc"), (ObjectNode) test.get("patch"), schema(test)));
    }

    @Test
    void thereAreMoreThanAHundredCases() {
        assertTrue(jsonPatches().size() + mergePatches().size() + strategicMergePatches().size() > 100);
    }

    private static ObjectSchema schema(JsonNode test) {
        String kind = test.path("kind").asText("v1/Pod");
        int slash = kind.lastIndexOf('/');
        return Objects.requireNonNull(SCHEMAS.find(GroupVersionKind.of(kind.substring(0, slash), kind.substring(slash + 1))));
    }

    private static void check(JsonNode test, Supplier<JsonNode> patch) {
        JsonNode document = test.get("doc").deepCopy();
        JsonNode changes = test.get("patch").deepCopy();
        if (test.has("error")) {
            String message = assertThrows(PatchException.class, patch::get).getMessage();
            assertTrue(message.contains(test.get("error").asText()), message);
        } else {
            assertEquals(test.get("expect"), patch.get());
        }
        assertEquals(document, test.get("doc"), "the document must not change");
        assertEquals(changes, test.get("patch"), "the patch must not change");
    }
}

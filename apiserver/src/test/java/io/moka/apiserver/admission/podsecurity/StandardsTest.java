package io.moka.apiserver.admission.podsecurity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.patch.MergePatch;
import io.moka.apiserver.testing.Trees;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StandardsTest {
    private static final String CAREFUL = """
            name: c
            image: i
            securityContext:
              allowPrivilegeEscalation: false
              runAsNonRoot: true
              capabilities: {drop: [ALL]}
              seccompProfile: {type: RuntimeDefault}
            """;

    static List<Arguments> cases() {
        return Trees.table(StandardsTest.class, "checks.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tellsWhatIsWrong(JsonNode test) throws Exception {
        ObjectNode pod = Json.object();
        if (test.has("annotations")) {
            Json.metadata(pod).set("annotations", test.get("annotations"));
        }
        ObjectNode spec = Json.child(pod, "spec");
        spec.putArray("containers").add(MergePatch.apply(Trees.object(CAREFUL), test.has("container") ? test.get("container") : Json.object()));
        pod.set("spec", MergePatch.apply(spec, test.has("spec") ? test.get("spec") : Json.object()));
        int minor = test.has("version") ? LevelVersion.parseVersion(test.get("version").asText()) : LevelVersion.LATEST;
        Level level = Level.parse(test.get("level").asText());
        assertEquals(test.path("says").asText(), Violation.details(Standards.violations(new LevelVersion(level, minor), PodShape.of(pod))));
    }
}

package io.moka.apiserver.kinds.warning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.TestServer.Answer;
import io.moka.apiserver.testing.Trees;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WarningsTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        server.namespace("default");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    static List<Arguments> warnings() {
        return Trees.table(WarningsTest.class, "warnings.yaml");
    }

    @ParameterizedTest
    @MethodSource("warnings")
    void creatorIsWarned(JsonNode test) {
        ObjectNode object = test.get("object").deepCopy();
        ObjectNode metadata = object.withObject("metadata");
        if (!metadata.has("name")) {
            metadata.put("generateName", "x-");
        }
        Answer answer = server.admin().post(test.get("path").asText() + "?dryRun=All", object.toString());
        assertEquals(201, answer.code(), answer.body());
        assertEquals(test.get("warnings").valueStream().map(JsonNode::asText).toList(), told(answer));
    }

    /// Returns the texts of the Warning headers, without code, agent and the escaping of quotes.
    private static List<String> told(Answer answer) {
        return answer.response().headers().allValues("Warning").stream()
                .map(header -> header.substring("299 - \"".length(), header.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\")).toList();
    }

    @Test
    void changerIsWarnedOfWhatIsNewOnly() {
        String deployments = "/apis/apps/v1/namespaces/default/deployments";
        String env = "\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"A\",\"value\":\"2\"}]";
        String warning = "spec.template.spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply";
        Answer created = server.admin().post(deployments, "{\"metadata\":{\"name\":\"d\"},\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":"
                + "{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"," + env + "}]}}}}");
        assertEquals(List.of(warning), told(created));
        assertEquals(List.of(), told(server.admin().patch(deployments + "/d", "merge-patch", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}")));
        assertEquals(List.of(warning), told(server.admin().patch(deployments + "/d", "merge-patch", "{\"spec\":{\"replicas\":2}}")));
        assertEquals(List.of(), told(server.admin().patch(deployments + "/d/status", "merge-patch", "{\"status\":{\"replicas\":2}}")));
    }

    @Test
    void refusedIsNotWarnedBesides() {
        Answer refused = server.admin().post("/api/v1/namespaces/default/pods", """
                {"metadata":{"name":"p"},"spec":{"restartPolicy":"Sometimes","containers":[{"name":"c","image":"i","env":[{"name":"A"},{"name":"A"}]}]}}""");
        assertEquals(422, refused.code());
        assertEquals(List.of(), told(refused));
    }
}

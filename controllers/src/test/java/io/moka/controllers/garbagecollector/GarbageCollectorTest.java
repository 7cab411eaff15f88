package io.moka.controllers.garbagecollector;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.moka.controllers.testing.TestApi;
import io.moka.machinery.testing.Await;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Which kinds are followed, by the clock of the test.
class GarbageCollectorTest {

    private static final String KIND = """
            {"metadata": {"name": "%s"}, "versions": [{"version": "v1", "resources": [
              {"resource": "%s", "responseKind": {"kind": "Any"}, "scope": "Namespaced", "verbs": ["list", "watch", "delete"]}]}]}""";

    private static String discovery(String... kinds) {
        return "{\"kind\": \"APIGroupDiscoveryList\", \"items\": [" + String.join(",", kinds) + "]}";
    }

    private static boolean watches(TestApi api, String plural) {
        return api.requests().stream().anyMatch(request -> request.isWatch() && request.path().endsWith("/" + plural));
    }

    @Test
    void aKindThatAppearsLaterIsFollowedAtTheNextLook() throws Exception {
        try (var api = new TestApi(); var collector = new GarbageCollector(api.context(), (type, namespace) -> { })) {
            api.document("/api", discovery(KIND.formatted("", "configmaps")));
            api.document("/apis", discovery());
            collector.start();
            Await.until("the first kind is followed", () -> watches(api, "configmaps"));
            api.time().awaitAsleep(1);
            api.document("/apis", discovery(KIND.formatted("example.com", "widgets")));

            api.time().pass(Duration.ofSeconds(29));
            assertFalse(watches(api, "widgets"));
            api.time().passOnceAsleep(1, Duration.ofSeconds(1));
            Await.until("the new kind is followed", () -> watches(api, "widgets"));
        }
    }
}

package io.moka.apiserver.front.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.apiserver.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Lists of more than a connection takes at once.
final class LongAnswersTest {
    private static final int CALLERS = 40;
    private static final int LISTS = 5;
    private static final int OBJECTS = 400;

    /// With few seats most of them wait to be served while others are being answered on the same connection.
    @Test
    void longAnswersOnOneConnectionAllComeToTheirEnd() throws Exception {
        try (TestServer server = TestServer.start("--max-requests-inflight=12", "--max-mutating-requests-inflight=8");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String maps = server.namespace("long") + "/configmaps";
            for (int i = 0; i < OBJECTS; i++) {
                server.admin().post(maps, "{\"metadata\":{\"name\":\"m" + i + "\"},\"data\":{\"a\":\"" + "x".repeat(4000) + "\"}}");
            }
            TestServer.Caller reader = server.withToken(token(server));
            List<Callable<Integer>> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(() -> {
                    int objects = 0;
                    for (int list = 0; list < LISTS; list++) {
                        objects += reader.get(maps).json().path("items").size();
                    }
                    return objects;
                });
            }
            for (Future<Integer> objects : threads.invokeAll(callers)) {
                assertEquals(LISTS * OBJECTS, objects.get());
            }
        }
    }

    /// Somebody who waits in the queues of priority and fairness, as administrators do not.
    private static String token(TestServer server) {
        server.admin().post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
                {"metadata":{"name":"long"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},
                "subjects":[{"kind":"ServiceAccount","namespace":"long","name":"default"}]}""");
        return server.admin().post("/api/v1/namespaces/long/serviceaccounts/default/token", "{\"spec\":{}}").text("status", "token");
    }
}

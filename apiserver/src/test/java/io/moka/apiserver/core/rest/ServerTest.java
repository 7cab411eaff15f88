package io.moka.apiserver.core.rest;

import io.moka.apiserver.testing.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// One server for all tests of a class.
abstract class ServerTest {
    static final String POD = """
            {"metadata":{"name":"%s","labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"busybox"}]}}""";
    static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    static TestServer.Caller admin() {
        return server.admin();
    }

    static String configMap(String name, String value) {
        return "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"key\":\"" + value + "\"}}";
    }
}

package io.moka.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Objects of a pod's usual size to which nothing happens: they name a scheduler that does not exist, so that none is ever bound.
record PodObjects(String series) {

    private static final String COLLECTION = "/api/v1/namespaces/default/pods";
    /// Written by hand, as bytes are wanted and the server's defaults make the rest of its 1.6 kB.
    private static final String BODY = """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"default",\
            "labels":{"bench":"%s","app":"web","tier":"back-end","release":"stable","round":"0"},\
            "annotations":{"example.org/description":"an object that is written, read and watched, and never run"}},\
            "spec":{"schedulerName":"none","containers":[{"name":"web","image":"registry.example.org/shop/web:1.4.2",\
            "command":["/bin/web","--port=8080","--config=/etc/web/config.yaml"],"ports":[{"name":"http","containerPort":8080}],\
            "env":[{"name":"POD_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},{"name":"MODE","value":"production"}],\
            "resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"memory":"128Mi"}}}]}}""";

    byte[] body(int i) {
        return BODY.formatted(name(i), series).getBytes(StandardCharsets.UTF_8);
    }

    /// The object as the server gave it, with one label changed.
    byte[] nextRound(byte[] object) {
        return new String(object, StandardCharsets.UTF_8).replace("\"round\":\"0\"", "\"round\":\"1\"").getBytes(StandardCharsets.UTF_8);
    }

    String name(int i) {
        return series + "-" + i;
    }

    String collection() {
        return COLLECTION;
    }

    String path(int i) {
        return COLLECTION + "/" + name(i);
    }

    void create(RawClient client, int i) throws IOException, InterruptedException {
        client.send("POST", COLLECTION, "application/json", body(i));
    }

    /// Gets rid of the whole series.
    void remove(RawClient client) throws IOException, InterruptedException {
        client.delete(COLLECTION + "?labelSelector=bench%3D" + series);
    }
}

package io.moka.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Objects of a pod's usual size to which nothing happens: they name a scheduler that does not exist, so that none is ever bound.
record PodObjects(String series) {

    private static final String COLLECTION = "/api/v1/namespaces/default/pods";
    /// Written by hand, as bytes are wanted. With defaults and the server's record of who owns which field, ten thousand make a list of some
    /// 16 MB, as those did on which upstream was measured.
    private static final String BODY = """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"default","labels":{"bench":"%s","round":"0"}},\
            "spec":{"schedulerName":"none","automountServiceAccountToken":false,"containers":[{"name":"web","image":"registry.example.org/shop/web:1.4.2"}]}}""";

    private static final Pattern ROUND = Pattern.compile("\"round\":\"\\d+\"");

    byte[] body(int i) {
        return BODY.formatted(name(i), series).getBytes(StandardCharsets.UTF_8);
    }

    /// The object as the server gave it, with one label changed.
    byte[] inRound(int round, byte[] object) {
        return ROUND.matcher(new String(object, StandardCharsets.UTF_8)).replaceFirst("\"round\":\"" + round + "\"").getBytes(StandardCharsets.UTF_8);
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

    void create(RawClient client, int i) throws IOException {
        client.send("POST", COLLECTION, "application/json", body(i));
    }

    /// Gets rid of the whole series.
    void remove(RawClient client) throws IOException {
        client.delete(COLLECTION + "?labelSelector=bench%3D" + series);
    }
}

package io.moka.apiserver.kinds.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;

/// The host and port of a node's kubelet, from the Node object's status.
record KubeletAddress(String host, int port) {
    private static final int DEFAULT_PORT = 10250;
    private static final String[] PREFERENCE = {"InternalIP", "Hostname", "InternalDNS", "ExternalIP"};

    static KubeletAddress of(ObjectNode node) {
        int port = node.path("status").path("daemonEndpoints").path("kubeletEndpoint").path("Port").asInt(DEFAULT_PORT);
        for (String type : PREFERENCE) {
            for (JsonNode address : node.path("status").path("addresses")) {
                if (Json.text(address, "type").equals(type)) {
                    return new KubeletAddress(Json.text(address, "address"), port);
                }
            }
        }
        throw ApiException.internal("no preferred addresses found; known addresses: []");
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}

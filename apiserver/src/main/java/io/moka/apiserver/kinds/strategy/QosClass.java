package io.moka.apiserver.kinds.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;

/// Computes a pod's quality-of-service class, which determines the order in which the kubelet evicts pods.
final class QosClass {
    private static final String[] COMPUTE = {"cpu", "memory"};

    private QosClass() {}

    static String of(JsonNode spec) {
        boolean anything = false;
        boolean guaranteed = true;
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode container : spec.path(list)) {
                JsonNode resources = container.path("resources");
                anything |= names(resources.path("requests")) || names(resources.path("limits"));
                guaranteed &= limitsEqualRequests(resources);
            }
        }
        return !anything ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static boolean names(JsonNode resources) {
        for (String name : COMPUTE) {
            String amount = Json.text(resources, name);
            if (!amount.isEmpty() && !amount.equals("0")) {
                return true;
            }
        }
        return false;
    }

    private static boolean limitsEqualRequests(JsonNode resources) {
        for (String name : COMPUTE) {
            String limit = Json.text(resources.path("limits"), name);
            String request = Json.text(resources.path("requests"), name);
            if (limit.isEmpty() || !(request.isEmpty() || request.equals(limit))) {
                return false;
            }
        }
        return true;
    }
}

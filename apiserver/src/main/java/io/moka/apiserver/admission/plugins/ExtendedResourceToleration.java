package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import java.util.Set;
import java.util.TreeSet;

/// Adds tolerations to pods that request extended resources, for taints named after these, by which nodes with special hardware repel other pods.
public final class ExtendedResourceToleration implements AdmissionPlugin {

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        JsonNode spec = request.newObject().path("spec");
        Set<String> extended = new TreeSet<>();
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode container : spec.path(list)) {
                container.path("resources").path("requests").fieldNames().forEachRemaining(name -> {
                    if (isExtended(name)) {
                        extended.add(name);
                    }
                });
            }
        }
        extended.forEach(name -> tolerate(Json.child(request.newObject(), "spec").withArray("tolerations"), name));
    }

    private static boolean isExtended(String name) {
        int slash = name.indexOf('/');
        return slash > 0 && !name.startsWith("requests.") && !(name.startsWith("kubernetes.io/") || name.substring(0, slash).endsWith(".kubernetes.io"));
    }

    private static void tolerate(ArrayNode tolerations, String name) {
        for (JsonNode known : tolerations) {
            if (Json.text(known, "key").equals(name) && Json.text(known, "operator").equals("Exists") && Json.text(known, "effect").isEmpty()) {
                return;
            }
        }
        tolerations.addObject().put("key", name).put("operator", "Exists");
    }
}

package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Refuses new external addresses of services, with which a service could intercept other traffic. Upstream's DenyServiceExternalIPs.
public final class ExternalIps implements AdmissionPlugin {

    @Override
    public void validate(AdmissionRequest request) {
        boolean written = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (written && request.isCore("services") && request.subresource().isEmpty() && !addresses(request.oldObject()).containsAll(addresses(request.newObject()))) {
            throw PluginRefusal.because(request, "Use of external IPs is denied by admission control");
        }
    }

    private static Set<String> addresses(@Nullable JsonNode service) {
        Set<String> addresses = new HashSet<>();
        if (service != null) {
            service.path("spec").path("externalIPs").forEach(address -> addresses.add(address.asText()));
        }
        return addresses;
    }
}

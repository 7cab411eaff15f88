package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;

/// Sets the requester's identity in certificate signing requests. Upstream does this in the storage of the kind.
public final class CertificateRequester implements AdmissionPlugin {

    @Override
    public void mutate(AdmissionRequest request) {
        if (!CertificateSigners.concerns(request) || request.operation() != AdmissionRequest.Operation.CREATE) {
            return;
        }
        UserInfo user = request.user();
        ObjectNode spec = Json.child(request.newObject(), "spec");
        spec.put("username", user.name());
        spec.remove("uid");
        spec.remove("extra");
        if (!user.uid().isEmpty()) {
            spec.put("uid", user.uid());
        }
        user.groups().forEach(spec.putArray("groups")::add);
        user.extra().forEach((key, values) -> values.forEach(value -> Json.child(spec, "extra").withArray(key).add(value)));
    }
}

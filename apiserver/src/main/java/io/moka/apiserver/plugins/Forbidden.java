package io.moka.apiserver.plugins;

import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.status.ApiException;

/// A plugin's refusal.
final class Forbidden {
    private Forbidden() {}

    /// @param why what follows `pods "x" is forbidden: `
    static ApiException because(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.type().group(), request.type().plural(), request.nameToTell(), why);
    }
}

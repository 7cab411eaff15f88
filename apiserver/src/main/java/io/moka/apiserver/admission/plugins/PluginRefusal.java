package io.moka.apiserver.admission.plugins;

import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.status.ApiException;

/// Creates a plugin's refusal.
final class PluginRefusal {
    private PluginRefusal() {}

    /// @param why the text that follows `pods "x" is forbidden: `
    static ApiException because(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.type().group(), request.type().plural(), request.nameToTell(), why);
    }
}

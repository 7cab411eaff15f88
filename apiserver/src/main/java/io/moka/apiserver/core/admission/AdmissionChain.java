package io.moka.apiserver.core.admission;

import java.util.List;

/// Runs all admission plugins in order.
public final class AdmissionChain implements AdmissionPlugin {
    private final List<AdmissionPlugin> plugins;

    public AdmissionChain(List<AdmissionPlugin> plugins) {
        this.plugins = List.copyOf(plugins);
    }

    /// Runs the mutating plugins, and a second time when one of them asks for it, so that earlier plugins see its changes.
    @Override
    public void mutate(AdmissionRequest request) {
        plugins.forEach(plugin -> plugin.mutate(request));
        if (request.reinvocation().begin()) {
            plugins.forEach(plugin -> plugin.mutate(request));
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        plugins.forEach(plugin -> plugin.validate(request));
    }
}

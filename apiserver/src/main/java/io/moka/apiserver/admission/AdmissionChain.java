package io.moka.apiserver.admission;

import java.util.List;

/// All plugins, in order.
public final class AdmissionChain implements AdmissionPlugin {
    private final List<AdmissionPlugin> plugins;

    public AdmissionChain(List<AdmissionPlugin> plugins) {
        this.plugins = List.copyOf(plugins);
    }

    /// Goes through the plugins a second time when one of them asks for it, so that those before it see what it has changed.
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

package io.moka.kubelet.container;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// The variables by which a pod finds services without DNS: `WEB_SERVICE_HOST`, `WEB_PORT_80_TCP_ADDR` and so on.
final class ServiceVariables {

    private ServiceVariables() {
    }

    static Map<String, String> of(Collection<Service> services) {
        var variables = new LinkedHashMap<String, String>();
        for (var service : services) {
            var ip = service.getSpec().getClusterIP();
            if (ip != null && !ip.isEmpty() && !ip.equals("None") && !service.getSpec().getPorts().isEmpty()) {
                add(variables, service, ip);
            }
        }
        return variables;
    }

    private static void add(Map<String, String> variables, Service service, String ip) {
        var name = variableName(service.getMetadata().getName());
        var first = service.getSpec().getPorts().getFirst();
        variables.put(name + "_SERVICE_HOST", ip);
        variables.put(name + "_SERVICE_PORT", first.getPort().toString());
        for (var port : service.getSpec().getPorts()) {
            if (port.getName() != null && !port.getName().isEmpty()) {
                variables.put(name + "_SERVICE_PORT_" + variableName(port.getName()), port.getPort().toString());
            }
        }
        variables.put(name + "_PORT", url(first, ip));
        for (var port : service.getSpec().getPorts()) {
            var prefix = name + "_PORT_" + port.getPort() + "_" + protocol(port).toUpperCase(Locale.ROOT);
            variables.put(prefix, url(port, ip));
            variables.put(prefix + "_PROTO", protocol(port));
            variables.put(prefix + "_PORT", port.getPort().toString());
            variables.put(prefix + "_ADDR", ip);
        }
    }

    private static String url(ServicePort port, String ip) {
        return protocol(port) + "://" + ip + ":" + port.getPort();
    }

    private static String protocol(ServicePort port) {
        return port.getProtocol() == null ? "tcp" : port.getProtocol().toLowerCase(Locale.ROOT);
    }

    private static String variableName(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}

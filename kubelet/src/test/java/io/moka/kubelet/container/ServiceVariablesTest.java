package io.moka.kubelet.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ServiceVariablesTest {

    private static Service service(String name, String ip) {
        return new ServiceBuilder().withNewMetadata().withName(name).endMetadata().withNewSpec().withClusterIP(ip)
                .addNewPort().withName("http").withPort(80).withProtocol("TCP").endPort()
                .addNewPort().withName("dns").withPort(53).withProtocol("UDP").endPort().endSpec().build();
    }

    @Test
    void serviceIsToldInBothForms() {
        assertEquals(new TreeMap<>(Map.ofEntries(
                Map.entry("MY_WEB_SERVICE_HOST", "10.96.0.5"), Map.entry("MY_WEB_SERVICE_PORT", "80"),
                Map.entry("MY_WEB_SERVICE_PORT_HTTP", "80"), Map.entry("MY_WEB_SERVICE_PORT_DNS", "53"),
                Map.entry("MY_WEB_PORT", "tcp://10.96.0.5:80"),
                Map.entry("MY_WEB_PORT_80_TCP", "tcp://10.96.0.5:80"), Map.entry("MY_WEB_PORT_80_TCP_PROTO", "tcp"),
                Map.entry("MY_WEB_PORT_80_TCP_PORT", "80"), Map.entry("MY_WEB_PORT_80_TCP_ADDR", "10.96.0.5"),
                Map.entry("MY_WEB_PORT_53_UDP", "udp://10.96.0.5:53"), Map.entry("MY_WEB_PORT_53_UDP_PROTO", "udp"),
                Map.entry("MY_WEB_PORT_53_UDP_PORT", "53"), Map.entry("MY_WEB_PORT_53_UDP_ADDR", "10.96.0.5"))),
                new TreeMap<>(ServiceVariables.of(List.of(service("my-web", "10.96.0.5")))));
    }

    @Test
    void headlessServicesAreLeftOut() {
        assertEquals(Map.of(), ServiceVariables.of(List.of(service("headless", "None"), service("external", ""))));
    }
}

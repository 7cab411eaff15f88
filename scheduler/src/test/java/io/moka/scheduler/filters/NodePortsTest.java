package io.moka.scheduler.filters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodePortsTest {

    private static Container container(String address, String protocol, int hostPort) {
        return new ContainerBuilder().withName("ports").withImage("busybox")
                .addNewPort().withContainerPort(1).withHostIP(address).withProtocol(protocol).withHostPort(hostPort).endPort().build();
    }

    private static PodBuilder pod(String name, String kind, Container container) {
        return switch (kind) {
            case "sidecar" -> Fixtures.pod(name).editSpec().addToInitContainers(new ContainerBuilder(container).withRestartPolicy("Always").build()).endSpec();
            case "init" -> Fixtures.pod(name).editSpec().addToInitContainers(container).endSpec();
            default -> Fixtures.pod(name).editSpec().addToContainers(container).endSpec();
        };
    }

    @ParameterizedTest
    @CsvSource({
        "main, , TCP, 80, false", "main, 127.0.0.1, TCP, 80, false", "main, , UDP, 80, true", "main, , TCP, 81, true", "main, , TCP, 0, true",
        "sidecar, , TCP, 80, false", "init, , TCP, 80, true"})
    void aPortOfTheNodeIsGivenOnce(String kind, String address, String protocol, int port, boolean fits) {
        var node = Fixtures.info(Fixtures.node("a"), pod("holder", "main", container(null, null, 80)).build());

        var verdict = new NodePorts().check(new CycleState(), Fixtures.info(pod("p", kind, container(address, protocol, port)))).of(node);

        assertEquals(fits ? Verdict.SUCCESS : Verdict.unschedulable("node(s) didn't have free ports for the requested pod ports"), verdict);
    }
}

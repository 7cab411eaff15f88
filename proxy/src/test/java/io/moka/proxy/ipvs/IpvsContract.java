package io.moka.proxy.ipvs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.proxy.ClusterNetwork;
import io.moka.proxy.RuleSet;
import io.moka.proxy.contract.Lan;
import io.moka.proxy.contract.RuleSetContract;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import io.moka.proxy.policy.model.Address;
import io.moka.proxy.policy.model.Allowance;
import io.moka.proxy.policy.model.Direction;
import io.moka.proxy.policy.model.Isolation;
import io.moka.proxy.policy.model.PodGroup;
import io.moka.proxy.policy.nftables.PolicyRuleSet;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The contract in mode ipvs, and what this mode promises beyond it. Needs a kernel that has IPVS: [IpvsVirtualMachineTest] runs it.
class IpvsContract extends RuleSetContract {

    private static final String INTERFACE = "kube-ipvs0";

    @Override
    protected RuleSet open(ClusterNetwork network) {
        return open(network, Scheduler.RR);
    }

    private RuleSet open(ClusterNetwork network, Scheduler scheduler) {
        return new IpvsRuleSet("moka-test", INTERFACE, network, scheduler, lan.nodeNamespace().tools());
    }

    /// The time-out counts from the end of the client's last connection, which IPVS remembers for two minutes.
    @Override
    protected boolean forgetsClientsInTime() {
        return false;
    }

    @Override
    protected String leftovers() throws IOException {
        return (lan.nodeNamespace().run("nft", "-s", "list", "ruleset") + servers() + addresses()).strip();
    }

    private String servers() throws IOException {
        return lan.nodeNamespace().run("ipvsadm", "-S", "-n").lines().sorted().collect(Collectors.joining("\n"));
    }

    private String addresses() throws IOException {
        return lan.nodeNamespace().attempt("ip", "-o", "addr", "show", "dev", INTERFACE).output().lines().filter(line -> !line.contains("does not exist")).sorted().collect(Collectors.joining("\n"));
    }

    @Override
    protected void wipe() throws IOException {
        lan.nodeNamespace().run("nft", "flush", "ruleset");
        lan.nodeNamespace().run("ipvsadm", "-C");
    }

    @ParameterizedTest
    @EnumSource
    void everySchedulerReachesEveryClientsEndpointAndNoneThatHasGone(Scheduler scheduler) throws IOException {
        rules.remove();
        rules = open(network(IpFamily.IPV4), scheduler);
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2, 3))));
        assertTrue(servers().contains(" -s " + scheduler.word()), servers());
        var seen = words(lan.client(), IP, 80, 30);
        assertEquals(scheduler == Scheduler.SH ? 1 : 3, seen.size(), () -> "a hash of the address always leads to the same endpoint: " + seen);
        rules.update(web(Map.of(CLUSTER, pods(2))));
        for (var from : Set.of(lan.client(), lan.node(), lan.pod(1))) {
            assertEquals(Set.of("2"), words(from, IP, 80, 6));
        }
    }

    @Test
    void anEndpointThatHasGoneStaysWithoutWeightUntilItsConnectionHasEnded() throws IOException {
        rules.replaceAll(web(Map.of(CLUSTER, pods(1, 2))));
        var opened = lan.client().ask("open " + IP + " 80").split(" ");
        int mine = Integer.parseInt(opened[1]);
        rules.update(web(Map.of(CLUSTER, pods(3))));
        assertTrue(servers().contains("10.244.0." + (mine + 1) + ":8080 -m -w 0"), servers());
        assertFalse(servers().contains("10.244.0." + (4 - mine) + ":8080"), "the other had no connection: " + servers());
        assertEquals(Integer.toString(mine), lan.client().ask("talk " + opened[0]).split(" ")[0]);
        assertEquals(Set.of("3"), words(lan.client(), IP, 80, 6));
    }

    @Test
    void anEndpointThatHasGoneIsRemovedWhenItsLastConnectionIsForgotten() throws IOException {
        lan.nodeNamespace().run("ipvsadm", "--set", "2", "2", "2");
        try {
            rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
            lan.client().ask("open " + IP + " 80");
            rules.update(web(Map.of()));
            long deadline = System.nanoTime() + 120_000_000_000L;
            while (!servers().isEmpty() || addresses().contains(IP)) {
                assertTrue(System.nanoTime() < deadline, servers());
                rules.settle();
            }
        } finally {
            lan.nodeNamespace().run("ipvsadm", "--set", "900", "120", "300");
        }
    }

    @Test
    void udpMovesAtOnce() throws IOException {
        var front = new Front.ServiceAddress(IP, "udp", 53);
        rules.replaceAll(web(Map.of(front, pods(1))));
        lan.client().ask("udp " + IP + " 53 40000 1");
        rules.update(web(Map.of(front, pods(2))));
        assertFalse(servers().contains("10.244.0.2"), servers());
    }

    @Test
    void virtualServicesOfOtherProgramsAreLeftAlone() throws IOException {
        lan.nodeNamespace().run("ipvsadm", "-A", "-t", "203.0.113.9:80", "-s", "rr");
        lan.nodeNamespace().run("ipvsadm", "-A", "-f", "7", "-s", "rr");
        try {
            var before = servers();
            rules.replaceAll(web(Map.of(CLUSTER, pods(1), NODE, pods(1))));
            assertTrue(servers().contains(IP + ":80"), servers());
            rules.remove();
            assertEquals(before, servers());
        } finally {
            lan.nodeNamespace().run("ipvsadm", "-C");
        }
    }

    @Test
    void theNodeAnswersNoArpForTheAddressOfALoadBalancer() throws IOException {
        var balancer = "192.168.77.200";
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), new Front.ExternalAddress(balancer, "tcp", 80), pods(1))));
        assertTrue(addresses().contains(balancer), addresses());
        assertEquals("timeout", words(lan.client(), balancer, 80, 1).iterator().next().replaceFirst("failed.*", "timeout"), "nobody announces it");
        assertEquals(Set.of("1"), words(lan.pod(2), balancer, 80, 3), "pods reach it by their gateway");
    }

    /// An address whose connections have not ended yet stays until they have.
    @Test
    void theAddressOfALoadBalancerGoesWithTheService() throws IOException {
        var balancer = "192.168.77.201";
        rules.replaceAll(web(Map.of(CLUSTER, pods(1), new Front.ExternalAddress(balancer, "tcp", 80), pods(1))));
        assertTrue(addresses().contains(balancer), addresses());
        rules.update(web(Map.of(CLUSTER, pods(1))));
        assertFalse(addresses().contains(balancer), addresses());
    }

    /// IPVS packets do not pass the forward hook, so a policy that was enforced there alone would judge the answers and let requests through.
    @Test
    void networkPoliciesJudgeWhatComesThroughAService() throws IOException {
        var udp = new Front.ServiceAddress(IP, "udp", 53);
        rules.replaceAll(web(Map.of(CLUSTER, pods(2), udp, pods(2), NODE, pods(2))));
        var policies = new PolicyRuleSet("moka-test-policy", lan.nodeNamespace().tools(), true);
        var closed = new Isolation(new PodGroup("default", Map.of(), Map.of()), Direction.INGRESS, Set.of(Address.parse("10.244.0.3")),
                new Allowance(Set.of(), Set.of(), List.of()), List.of());
        try {
            assertEquals(Set.of("2"), words(lan.pod(1), IP, 80, 1));
            policies.replaceAll(List.of(closed), List.of());
            long before = udpPackets(2);
            for (var from : List.of(lan.pod(1), lan.client())) {
                assertEquals(Set.of("timeout"), words(from, IP, 80, 1));
                assertEquals("timeout", from.ask("udp " + IP + " 53 0 1"));
            }
            assertEquals(Set.of("timeout"), words(lan.client(), Lan.NODE_ADDRESS, 30080, 1));
            assertEquals(before, udpPackets(2), "not even a request comes through");
            assertEquals(Set.of("2"), words(lan.node(), IP, 80, 1), "the pod's own node always reaches it");
            policies.replaceAll(List.of(), List.of());
            assertEquals(Set.of("2"), words(lan.pod(1), IP, 80, 1));
        } finally {
            policies.remove();
        }
    }

    /// The packets of UDP that have come to a pod's interface.
    private long udpPackets(int pod) throws IOException {
        var counters = lan.nodeNamespace().run("nsenter", "-t", Long.toString(lan.pod(pod).pid()), "-n", "sh", "-c", "awk '/^Udp: [0-9]/ { print $2 + $3 }' /proc/$$/net/snmp");
        return Long.parseLong(counters.strip());
    }

    @Test
    void anInterfaceOrAVirtualServiceThatIsGoneIsNoticed() throws IOException {
        for (var command : Set.of("ip link delete " + INTERFACE, "ipvsadm -C")) {
            rules.replaceAll(web(Map.of(CLUSTER, pods(1))));
            assertTrue(rules.isIntact());
            lan.nodeNamespace().run(command.split(" "));
            assertFalse(rules.isIntact(), command);
        }
    }
}

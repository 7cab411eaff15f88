package io.moka.proxy.userspace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.proxy.ClusterNetwork;
import io.moka.proxy.RuleSet;
import io.moka.proxy.contract.Child;
import io.moka.proxy.contract.RuleSetContract;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The contract in mode userspace, in a process of its own in the node's namespace, and what this mode promises beyond it.
class UserspaceRuleSetTest extends RuleSetContract {

    private @Nullable Child host;
    private int opened;

    @Override
    protected RuleSet open(ClusterNetwork network) throws IOException {
        if (host == null) {
            host = new Child(lan.nodeNamespace(), RuleSetHost.class);
        }
        return new RemoteRuleSet(host, opened++, network.family(), String.join(",", network.pods()), String.join(",", network.services()));
    }

    @AfterAll
    void end() throws InterruptedException {
        if (host != null) {
            host.close();
        }
    }

    @Override
    protected boolean keepsSources() {
        return false;
    }

    @Override
    protected String leftovers() throws IOException {
        return lan.nodeNamespace().run("nft", "-s", "list", "ruleset");
    }

    @Override
    protected void wipe() throws IOException {
        lan.nodeNamespace().run("nft", "flush", "ruleset");
    }

    @Test
    void anEndpointThatDoesNotAnswerIsPassedOver() throws IOException {
        var udp = new Front.ServiceAddress(IP, "udp", 53);
        var refusing = new Endpoint("10.244.0.2", 9);
        var absent = new Endpoint("10.244.0.77", 8080);
        var good = new Endpoint("10.244.0.4", 8080);
        rules.replaceAll(web(Map.of(CLUSTER, new Backends(List.of(refusing, good), 0, false), udp, new Backends(List.of(refusing, good), 0, false))));
        assertEquals(Set.of("3"), words(lan.client(), IP, 80, 12));
        for (int i = 0; i < 6; i++) {
            assertEquals("3", lan.client().ask("udp " + IP + " 53 0 1").split(" ")[0]);
        }
        rules.update(web(Map.of(CLUSTER, new Backends(List.of(absent, good), 0, false))));
        assertEquals(Set.of("3"), words(lan.client(), IP, 80, 4));
    }
}

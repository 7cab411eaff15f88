package io.moka.proxy.ipvs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.proxy.model.Endpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoolTest {

    private static final VirtualService WEB = VirtualService.of("tcp", "10.96.0.5", 80);
    private static final Endpoint FIRST = new Endpoint("10.244.0.2", 8080);
    private static final Endpoint SECOND = new Endpoint("10.244.0.3", 8080);

    private static Pool pool(int affinitySeconds, Endpoint... endpoints) {
        var members = new LinkedHashMap<Endpoint, Integer>();
        for (var endpoint : endpoints) {
            members.put(endpoint, 1);
        }
        return new Pool("rr", affinitySeconds, members);
    }

    @Test
    void aNewServiceIsAddedWithItsEndpoints() {
        assertEquals(List.of("-A -t 10.96.0.5:80 -s rr", "-a -t 10.96.0.5:80 -r 10.244.0.2:8080 -m -w 1", "-a -t 10.96.0.5:80 -r 10.244.0.3:8080 -m -w 1"),
                Pool.commands(WEB, null, pool(0, FIRST, SECOND), Scheduler.RR));
    }

    @Test
    void nothingIsSaidOfWhatIsAlreadySo() {
        assertEquals(List.of(), Pool.commands(WEB, pool(60, FIRST), pool(60, FIRST), Scheduler.RR));
        assertEquals(List.of(), Pool.commands(WEB, null, null, Scheduler.RR));
    }

    @Test
    void anotherAffinityChangesTheServiceAlone() {
        assertEquals(List.of("-E -t 10.96.0.5:80 -s rr -p 60"), Pool.commands(WEB, pool(0, FIRST), pool(60, FIRST), Scheduler.RR));
    }

    @Test
    void anEndpointIsDrainedThenRemovedAndMayComeBackMeanwhile() {
        var before = pool(0, FIRST, SECOND);
        var draining = before.reducedTo(Set.of(SECOND), true);
        assertEquals(List.of("-e -t 10.96.0.5:80 -r 10.244.0.2:8080 -m -w 0"), Pool.commands(WEB, before, draining, Scheduler.RR));
        assertEquals(List.of("-e -t 10.96.0.5:80 -r 10.244.0.2:8080 -m -w 1"), Pool.commands(WEB, draining, pool(0, FIRST).with(draining), Scheduler.RR));
        assertEquals(List.of("-d -t 10.96.0.5:80 -r 10.244.0.2:8080"), Pool.commands(WEB, draining, draining.without(Set.of(FIRST)), Scheduler.RR));
    }

    @Test
    void anEndpointWhoseConnectionsAreNotWaitedForIsRemovedAtOnce() {
        var before = pool(0, FIRST, SECOND);
        assertEquals(List.of("-d -t 10.96.0.5:80 -r 10.244.0.3:8080"), Pool.commands(WEB, before, before.reducedTo(Set.of(FIRST), false), Scheduler.RR));
        assertEquals(List.of("-D -t 10.96.0.5:80"), Pool.commands(WEB, before, null, Scheduler.RR));
    }

    @Test
    void addingKeepsWhatIsNotWantedAnyMore() {
        assertEquals(Map.of(FIRST, 1, SECOND, 1), pool(0, SECOND).with(pool(0, FIRST)).members());
    }

    @Test
    void protocolsAndFamiliesAreWrittenAsTheToolTakesThem() {
        assertEquals("-u [fd00:96:0:0:0:0:0:5]:53", VirtualService.of("udp", "fd00:96::5", 53).option());
        assertEquals("--sctp-service 10.96.0.5:9", VirtualService.of("sctp", "10.96.0.5", 9).option());
        assertEquals(VirtualService.of("udp", "fd00:96::5", 53), VirtualService.of("udp", "fd00:0096:0::5", 53), "one address, written in two ways");
    }

    @Test
    void aHashMayTakeAnotherEndpointThanTheOneThatIsAboutToGo() {
        assertEquals(List.of("-A -t 10.96.0.5:80 -s sh -b sh-fallback", "-a -t 10.96.0.5:80 -r 10.244.0.2:8080 -m -w 1"), Pool.commands(WEB, null, pool(0, FIRST), Scheduler.SH));
    }
}

package io.moka.dns.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.moka.dns.cluster.FixedView;
import io.moka.dns.zone.ClusterPod;
import io.moka.machinery.client.Json;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/// The names that a pod's resolver asks one after the other.
class SearchPathsTest {

    private final SearchPaths paths = new SearchPaths(Name.fromConstantString("cluster.local."), FixedView.read(ClusterPod.class, "cluster.yaml"), SearchPaths.parse(List.of("home.lan")));

    private SearchPath path(String spec) throws Exception {
        return paths.of(Json.mapper().readValue("{\"metadata\": {\"namespace\": \"shop\", \"name\": \"p\"}, \"spec\": {" + spec.replace('\'', '"') + "}}", ClusterPod.class));
    }

    private static String text(List<Name> names) {
        return names.stream().map(name -> name.toString(true)).collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "''|shop.svc.cluster.local svc.cluster.local cluster.local home.lan|5",
        "'dnsPolicy': 'ClusterFirst', 'hostNetwork': true|home.lan|1",
        "'dnsPolicy': 'ClusterFirstWithHostNet', 'hostNetwork': true|shop.svc.cluster.local svc.cluster.local cluster.local home.lan|5",
        "'dnsPolicy': 'Default'|home.lan|1",
        "'dnsPolicy': 'None', 'dnsConfig': {'searches': ['a.org', 'b.org']}|a.org b.org|1",
        "'dnsConfig': {'searches': ['a.org', 'home.lan'], 'options': [{'name': 'ndots', 'value': '2'}, {'name': 'edns0'}]}|shop.svc.cluster.local svc.cluster.local cluster.local home.lan a.org|2"})
    void thePodsPolicyAndConfigurationDecide(String spec, String domains, int dots) throws Exception {
        var path = path(spec.equals("''") ? "" : spec);

        assertEquals(domains, text(path.domains()));
        assertEquals(dots, path.dots());
    }

    @ParameterizedTest
    @CsvSource({
        "example.com.shop.svc.cluster.local, example.com.svc.cluster.local example.com.cluster.local example.com.home.lan example.com",
        "EXAMPLE.com.Shop.svc.cluster.local, EXAMPLE.com.svc.cluster.local EXAMPLE.com.cluster.local EXAMPLE.com.home.lan EXAMPLE.com",
        "web.other.shop.svc.cluster.local, web.other.svc.cluster.local web.other.cluster.local web.other.home.lan web.other",
        "a.b.c.d.e.f.shop.svc.cluster.local, a.b.c.d.e.f.svc.cluster.local a.b.c.d.e.f.cluster.local a.b.c.d.e.f.home.lan",
        "example.com.svc.cluster.local, ''",
        "example.com, ''",
        "shop.svc.cluster.local, ''"})
    void whatFollowsTheFirstStep(String asked, String next) throws Exception {
        assertEquals(next, text(path("").after(Name.fromString(asked, Name.root))));
    }

    @Test
    void aNameWithEnoughDotsIsAskedAsItIsFirst() throws Exception {
        assertEquals("a.b.shop.svc.cluster.local a.b.svc.cluster.local a.b.cluster.local a.b.home.lan a.b", text(path("").all(Name.fromString("a.b"))));
        assertEquals("a.b a.b.home.lan", text(path("'dnsPolicy': 'Default'").all(Name.fromString("a.b"))));
        assertEquals("a.b", text(path("").all(Name.fromString("a.b."))));
    }

    @Test
    void anAddressThatIsNotOnePodsAloneHasNoPath() throws TextParseException {
        assertNotNull(paths.of(InetAddress.ofLiteral("10.244.0.5")));
        assertNull(paths.of(InetAddress.ofLiteral("192.168.1.10")), "two pods on the node's network");
        assertNull(paths.of(InetAddress.ofLiteral("10.244.0.9")), "a pod that is over");
        assertNull(paths.of(InetAddress.ofLiteral("10.244.9.9")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "{'name': 'ndots', 'value': '0'}|0", "{'name': 'ndots', 'value': '15'}|15", "{'name': 'ndots', 'value': 'many'}|5", "{'name': 'ndots', 'value': '-1'}|5",
        "{'name': 'ndots', 'value': '100'}|5", "{'name': 'ndots'}|5", "{'name': 'timeout', 'value': '1'}|5",
        "{'name': 'ndots', 'value': '2'}, {'name': 'ndots', 'value': '3'}|3"})
    void theLastValidNumberOfDotsCounts(String options, int dots) throws Exception {
        assertEquals(dots, path("'dnsConfig': {'options': [" + options + "]}").dots());
    }

    @Test
    void withoutRequiredDotsEveryNameIsAskedAsItIsFirst() throws Exception {
        var path = path("'dnsPolicy': 'None', 'dnsConfig': {'searches': ['a.org', 'b.org'], 'options': [{'name': 'ndots', 'value': '0'}]}");
        assertEquals("web web.a.org web.b.org", text(path.all(Name.fromString("web"))));
        assertEquals("web.b.org", text(path.after(Name.fromString("web.a.org."))), "the name itself was asked before");
    }

    @Test
    void aStepThatIsTooLongForANameIsLeftOut() throws Exception {
        var label = "x".repeat(60);
        var given = String.join(".", label, label, label, "y".repeat(40));
        var path = path("'dnsPolicy': 'None', 'dnsConfig': {'searches': ['" + label + ".org', 'b.org', 'not..a.name', 'b.org']}");
        assertEquals("b.org", text(path.domains().subList(1, path.domains().size())), "each valid domain counts once");
        assertEquals(given + " " + given + ".b.org", text(path.all(Name.fromString(given))));
    }
}

package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Addresses of the server's own machine are no endpoints and no targets of a proxy, however they are written; pods have no users of their own.
final class SpecialAddressesTest extends ServerTest {

    @ParameterizedTest
    @ValueSource(strings = {"::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "::ffff:169.254.169.254", "fe80::1", "FE80:0::1", "febf::1", "::ffff:0.0.0.0", "0:0:0:0:0:0:0:1", "0::0", "ff02::1", "127.1.2.3", "169.254.0.1", "224.0.0.1", "0.0.0.0"})
    void noEndpointIsOfTheMachineItself(String address) {
        String type = address.contains(":") ? "IPv6" : "IPv4";
        var slice = admin().post("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
                "{\"metadata\":{\"generateName\":\"s-\"},\"addressType\":\"" + type + "\",\"endpoints\":[{\"addresses\":[\"" + address + "\"]}],\"ports\":[]}");
        assertEquals(422, slice.code(), slice.body());
        assertTrue(slice.text("message").contains("may not be"), slice.body());
        var endpoints = admin().post("/api/v1/namespaces/default/endpoints", "{\"metadata\":{\"generateName\":\"e-\"},\"subsets\":[{\"addresses\":[{\"ip\":\"" + address + "\"}]}]}");
        assertEquals(422, endpoints.code(), endpoints.body());
        var service = admin().post("/api/v1/namespaces/default/services", "{\"metadata\":{\"generateName\":\"e-\"},\"spec\":{\"ports\":[{\"port\":80}],\"externalIPs\":[\"" + address + "\"]}}");
        assertEquals(422, service.code(), service.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "0.0.0.0", "::ffff:0.0.0.0", "::1", "127.0.0.1", "::ffff:127.0.0.1", "::127.0.0.1", "169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "ff02::1"})
    void noProxyLeadsToTheMachineItself(String address) {
        String pods = server.namespace("reached") + "/pods";
        String name = "p" + Integer.toHexString(address.hashCode());
        assertEquals(201, admin().post(pods, POD.formatted(name)).code());
        var status = admin().patch(pods + "/" + name + "/status", "merge-patch", "{\"status\":{\"podIP\":\"" + address + "\",\"podIPs\":[{\"ip\":\"" + address + "\"}]}}");
        assertEquals(200, status.code(), status.body());
        var proxied = admin().get(pods + "/" + name + ":1/proxy/");
        assertEquals(400, proxied.code(), proxied.body());
        assertEquals("address not allowed", proxied.text("message"));
        admin().post("/api/v1/nodes", "{\"metadata\":{\"name\":\"" + name + "\"}}");
        admin().patch("/api/v1/nodes/" + name + "/status", "merge-patch", "{\"status\":{\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"" + address + "\"}],\"daemonEndpoints\":{\"kubeletEndpoint\":{\"Port\":" + server.port() + "}}}}");
        assertEquals("address not allowed", admin().get("/api/v1/nodes/" + name + "/proxy/api/v1/secrets").text("message"));
    }

    /// The endpoints are written into etcd: the server takes no such address, but an earlier one may have.
    @ParameterizedTest
    @ValueSource(strings = {"::", "0.0.0.0", "::1", "127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "ff02::1"})
    void noServiceLeadsToTheMachineItself(String address) {
        String namespace = server.namespace("served");
        String name = "s" + Integer.toHexString(address.hashCode());
        assertEquals(201, admin().post(namespace + "/services", "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"ports\":[{\"port\":80}]}}").code());
        assertEquals(201, admin().post(namespace + "/endpoints", "{\"metadata\":{\"name\":\"" + name + "\"},\"subsets\":[{\"addresses\":[{\"ip\":\"192.0.2.9\"}],\"ports\":[{\"port\":1}]}]}").code());
        String key = "/services/endpoints/served/" + name;
        server.store(key, new String(server.stored(key), UTF_8).replace("192.0.2.9", address));
        var proxied = admin().get(namespace + "/services/" + name + ":80/proxy/");
        assertEquals(400, proxied.code(), proxied.body());
        assertEquals("address not allowed", proxied.text("message"));
    }

    /// The subresource is found by its place in the path, whatever the names and ports contain.
    @Test
    void namesMayContainTheSubresourcesWord() {
        String pods = server.namespace("proxy") + "/pods";
        assertEquals(201, admin().post(pods, POD.formatted("proxy-pp")).code());
        assertEquals(200, admin().patch(pods + "/proxy-pp/status", "merge-patch", "{\"status\":{\"podIP\":\"127.0.0.1\",\"podIPs\":[{\"ip\":\"127.0.0.1\"}]}}").code());
        String proxy = pods + "/proxy-pp:160/proxy";
        for (String rest : new String[] {"/", "/proxy/x"}) {
            var proxied = admin().get(proxy + rest);
            assertEquals("address not allowed", proxied.text("message"), "the pod's address is what is refused: " + proxied.body());
        }
        var redirected = admin().get(proxy + "?a=b").response();
        assertEquals(301, redirected.statusCode());
        assertEquals(proxy + "/?a=b", redirected.headers().firstValue("Location").orElse(""));
    }

    @Test
    void podsHaveNoUsersOfTheirOwn() {
        String pod = "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"hostUsers\":%s,\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}";
        String pods = server.namespace("users") + "/pods";
        var refused = admin().post(pods, pod.formatted("own", "false"));
        assertEquals(422, refused.code());
        assertTrue(refused.text("message").contains("spec.hostUsers: Invalid value: false: user namespaces are not supported"), refused.body());
        assertEquals(201, admin().post(pods, pod.formatted("hosts", "true")).code());
        String deployment = "{\"metadata\":{\"name\":\"d\"},\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{%s\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}";
        String deployments = "/apis/apps/v1/namespaces/users/deployments";
        assertEquals(422, admin().post(deployments, deployment.formatted("\"hostUsers\":false,")).code());
        assertEquals(201, admin().post(deployments, deployment.formatted("")).code());
        var patched = admin().patch(deployments + "/d", "merge-patch", "{\"spec\":{\"template\":{\"spec\":{\"hostUsers\":false}}}}");
        assertTrue(patched.text("message").contains("spec.template.spec.hostUsers: Invalid value: false: user namespaces are not supported"), patched.body());
    }
}

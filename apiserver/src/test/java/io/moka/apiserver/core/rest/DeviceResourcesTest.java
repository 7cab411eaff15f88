package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The API of dynamic resource allocation, `resource.k8s.io/v1`.
final class DeviceResourcesTest extends ServerTest {
    private static final String GROUP = "/apis/resource.k8s.io/v1";

    private static String claim(String name, String devices) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"devices\":{" + devices.replace('\'', '"') + "}}}";
    }

    @Test
    void aClaimGetsItsDefaultsAndOnlyItsStatusChanges() {
        server.namespace("claims");
        String claims = GROUP + "/namespaces/claims/resourceclaims";
        TestServer.Answer made = admin().post(claims, claim("c", "'requests':[{'name':'r','exactly':{'deviceClassName':'gpu.example.com','tolerations':[{'key':'a','value':'b'}]}}]"));
        assertEquals(201, made.code(), made.body());
        var exactly = made.json().at("/spec/devices/requests/0/exactly");
        assertEquals("ExactCount 1 Equal", exactly.path("allocationMode").asText() + " " + exactly.path("count").asInt() + " " + exactly.at("/tolerations/0/operator").asText());
        assertEquals(422, admin().patch(claims + "/c", "merge-patch", "{\"spec\":{\"devices\":{\"requests\":[]}}}").code());
        String reserved = "\"reservedFor\":[{\"resource\":\"pods\",\"name\":\"p\",\"uid\":\"1\"}]";
        TestServer.Answer early = admin().patch(claims + "/c/status", "merge-patch", "{\"status\":{" + reserved + "}}");
        assertEquals(422, early.code(), early.body());
        String allocation = "\"allocation\":{\"devices\":{\"results\":[{\"request\":\"r\",\"driver\":\"d.example.com\",\"pool\":\"p\",\"device\":\"x\"}]}}";
        TestServer.Answer allocated = admin().patch(claims + "/c/status", "merge-patch", "{\"status\":{" + allocation + "," + reserved + "}}");
        assertEquals(200, allocated.code(), allocated.body());
        assertEquals(422, admin().patch(claims + "/c/status", "merge-patch", "{\"status\":{" + allocation.replace("\"x\"", "\"y\"") + "}}").code(), "an allocation does not change");
        var table = admin().send(admin().request(claims).header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")).json();
        assertEquals("allocated,reserved", table.at("/rows/0/cells/1").asText());
        assertEquals(200, admin().patch(claims + "/c/status", "merge-patch", "{\"status\":{\"allocation\":null,\"reservedFor\":null}}").code());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'requests':[{'name':'r'}] | spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required",
        "'requests':[{'name':'R','exactly':{'deviceClassName':'a'}}] | spec.devices.requests[0].name: Invalid value",
        "'requests':[{'name':'r','exactly':{'deviceClassName':'a'}},{'name':'r','exactly':{'deviceClassName':'a'}}] | spec.devices.requests[1].name: Duplicate value",
        "'requests':[{'name':'r','exactly':{}}] | deviceClassName: Required value",
        "'requests':[{'name':'r','exactly':{'deviceClassName':'a','count':-1}}] | exactly.count: Invalid value: -1: must be greater than zero",
        "'requests':[{'name':'r','exactly':{'deviceClassName':'a','allocationMode':'All','count':2}}] | must not be specified when allocationMode is 'All'",
        "'requests':[{'name':'r','exactly':{'deviceClassName':'a','allocationMode':'Some'}}] | Unsupported value: \"Some\"",
        "'requests':[{'name':'r','exactly':{'deviceClassName':'a','selectors':[{}]}}] | selectors[0].cel: Required value",
        "'requests':[{'name':'r','firstAvailable':[{'name':'x','deviceClassName':'a'},{'name':'x','deviceClassName':'a'}]}] | firstAvailable[1].name: Duplicate value",
        "'requests':[{'name':'r','exactly':{'deviceClassName':'a'}}],'constraints':[{'requests':['q'],'matchAttribute':'a.b/c'}] | constraints[0].requests[0]: Invalid value: \"q\"",
        "'requests':[{'name':'r','exactly':{'deviceClassName':'a'}}],'constraints':[{'matchAttribute':'c'}] | must be a domain and a name separated by a slash",
        "'requests':[{'name':'r','exactly':{'deviceClassName':'a'}}],'config':[{'opaque':{'driver':'d','parameters':[]}}] | parameters must be a valid JSON object",
    })
    void claimsAreChecked(String devices, String message) {
        TestServer.Answer refused = admin().post(GROUP + "/namespaces/default/resourceclaims", claim("bad", devices));
        assertEquals(422, refused.code(), refused.body());
        assertTrue(refused.text("message").contains(message), refused.text("message"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'driver':'d','pool':{'name':'p','generation':1,'resourceSliceCount':1} | exactly one of `nodeName`",
        "'driver':'d','nodeName':'n','allNodes':true,'pool':{'name':'p','generation':1,'resourceSliceCount':1} | but multiple fields are set",
        "'driver':'d','nodeName':'n','pool':{'name':'p','generation':1,'resourceSliceCount':0} | spec.pool.resourceSliceCount: Invalid value",
        "'driver':'d','nodeName':'n','pool':{'name':'P','generation':1,'resourceSliceCount':1} | spec.pool.name: Invalid value",
        "'driver':'d','nodeName':'n','pool':{'name':'p','generation':1,'resourceSliceCount':1},'devices':[{'name':'x','attributes':{'a':{'int':1,'bool':true}}}] | exactly one value must be specified",
        "'driver':'d','nodeName':'n','pool':{'name':'p','generation':1,'resourceSliceCount':1},'devices':[{'name':'x','attributes':{'a':{'version':'1'}}}] | compatible with semver.org",
        "'driver':'d','nodeName':'n','pool':{'name':'p','generation':1,'resourceSliceCount':1},'devices':[{'name':'x'},{'name':'x'}] | spec.devices[1].name: Duplicate value",
    })
    void slicesAreChecked(String spec, String message) {
        TestServer.Answer refused = admin().post(GROUP + "/resourceslices", "{\"metadata\":{\"name\":\"bad\"},\"spec\":{" + spec.replace('\'', '"') + "}}");
        assertEquals(422, refused.code(), refused.body());
        assertTrue(refused.text("message").contains(message), refused.text("message"));
    }

    @Test
    void administrationNeedsTheNamespacesLabel() {
        server.namespace("devices");
        String claims = GROUP + "/namespaces/devices/resourceclaims";
        String claim = claim("admin", "'requests':[{'name':'r','exactly':{'deviceClassName':'a','adminAccess':true}}]");
        TestServer.Answer refused = admin().post(claims, claim);
        assertEquals(422, refused.code(), refused.body());
        assertEquals("spec.devices.requests[0].exactly.adminAccess", refused.json().at("/details/causes/0/field").asText());
        admin().patch("/api/v1/namespaces/devices", "merge-patch", "{\"metadata\":{\"labels\":{\"resource.kubernetes.io/admin-access\":\"true\"}}}");
        server.settle();
        assertEquals(201, admin().post(claims, claim).code());
    }

    @Test
    void slicesAreSelectedByNodeAndDriverAndKeepThem() {
        String slice = "{\"metadata\":{\"name\":\"s\"},\"spec\":{\"driver\":\"d.example.com\",\"nodeName\":\"n1\",\"pool\":{\"name\":\"n1\",\"generation\":1,\"resourceSliceCount\":1},"
                + "\"devices\":[{\"name\":\"gpu-0\",\"attributes\":{\"model\":{\"string\":\"m\"}},\"capacity\":{\"memory\":{\"value\":\"8Gi\"}}}]}}";
        TestServer.Answer made = admin().post(GROUP + "/resourceslices", slice);
        assertEquals(201, made.code(), made.body());
        assertEquals(1, made.json().at("/metadata/generation").asInt());
        server.settle();
        assertEquals(1, admin().get(GROUP + "/resourceslices?fieldSelector=spec.nodeName%3Dn1,spec.driver%3Dd.example.com").json().path("items").size());
        assertEquals(0, admin().get(GROUP + "/resourceslices?fieldSelector=spec.nodeName%3Dn2").json().path("items").size());
        assertEquals(422, admin().patch(GROUP + "/resourceslices/s", "merge-patch", "{\"spec\":{\"nodeName\":\"n2\"}}").code());
        assertEquals(2, admin().patch(GROUP + "/resourceslices/s", "merge-patch", "{\"spec\":{\"pool\":{\"generation\":2}}}").json().at("/metadata/generation").asInt());
    }

    @Test
    void classesCountGenerationsAndTemplatesDoNotChange() {
        ObjectNode made = admin().post(GROUP + "/deviceclasses", "{\"metadata\":{\"name\":\"gpu\"},\"spec\":{\"selectors\":[{\"cel\":{\"expression\":\"true\"}}]}}").object();
        assertEquals("1", Json.text(made, "metadata", "generation"));
        server.namespace("templates");
        String templates = GROUP + "/namespaces/templates/resourceclaimtemplates";
        assertEquals(201, admin().post(templates, "{\"metadata\":{\"name\":\"t\"},\"spec\":{\"spec\":{\"devices\":{\"requests\":[{\"name\":\"r\",\"exactly\":{\"deviceClassName\":\"gpu\"}}]}}}}").code());
        assertEquals(422, admin().patch(templates + "/t", "merge-patch", "{\"spec\":{\"metadata\":{\"labels\":{\"a\":\"b\"}}}}").code());
    }
}

package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Validation of IPAddresses, ServiceCIDRs and VolumeAttributesClasses on create and on update.
final class AddressRulesTest extends ServerTest {
    private static final String NETWORKING = "/apis/networking.k8s.io/v1/";
    private static final String CLASSES = "/apis/storage.k8s.io/v1/volumeattributesclasses";

    /// @param change a merge patch of the created object; empty if only the create is tested
    /// @param message the expected causes of the error, without the text before them
    record Case(String collection, String name, String content, String change, String message) {}

    static Stream<Case> cases() {
        String parent = "\"spec\":{\"parentRef\":{\"resource\":\"services\",\"name\":\"s\",\"namespace\":\"n\"}}";
        String parameters = "\"driverName\":\"d.example.com\",\"parameters\":{\"a\":\"b\"}";
        return Stream.of(
                record("10.96.0.300", parent, "", "metadata.name: Invalid value: \"10.96.0.300\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
                record("010.96.0.3", parent, "", "metadata.name: Invalid value: \"010.96.0.3\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
                record("2001:DB8::1", parent, "", "metadata.name: Invalid value: \"2001:DB8::1\": must be in canonical form (\"2001:db8::1\")"),
                record("2001:db8:0:0:1:0:0:1", parent, "", "metadata.name: Invalid value: \"2001:db8:0:0:1:0:0:1\": must be in canonical form (\"2001:db8::1:0:0:1\")"),
                record("fd00::", parent, "", ""),
                record("::1", parent, "", ""),
                record("10.1.1.1", "\"spec\":{}", "", "spec.parentRef: Required value"),
                record("10.1.1.1", "\"spec\":{\"parentRef\":{\"name\":\"s\"}}", "", "spec.parentRef.resource: Required value"),
                record("10.1.1.1", "\"spec\":{\"parentRef\":{\"resource\":\"services\"}}", "", "spec.parentRef.name: Required value"),
                record("10.1.1.1", "\"spec\":{\"parentRef\":{\"resource\":\"a/b\",\"name\":\"s\"}}", "", "spec.parentRef.resource: Invalid value: \"a/b\": may not contain '/'"),
                record("10.1.1.2", parent, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}", ""),
                record("10.1.1.3", parent, "{\"spec\":{\"parentRef\":{\"name\":\"t\"}}}",
                        "spec.parentRef: Invalid value: {\"resource\":\"services\",\"name\":\"t\",\"namespace\":\"n\"}: field is immutable"),
                range("a", "[]", "", "spec.cidrs: Required value: at least one CIDR required"),
                range("a", "[\"10.0.0.0/33\"]", "", "spec.cidrs[0]: Invalid value: \"10.0.0.0/33\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
                range("a", "[\"10.0.0.1/24\"]", "", "spec.cidrs[0]: Invalid value: \"10.0.0.1/24\": must not have bits set beyond the prefix length"),
                range("a", "[\"FD00::/64\"]", "", "spec.cidrs[0]: Invalid value: \"FD00::/64\": must be in canonical form (\"fd00::/64\")"),
                range("a", "[\"10.0.0.0/24\",\"10.0.1.0/24\"]", "", "spec.cidrs: Invalid value: {\"cidrs\":[\"10.0.0.0/24\",\"10.0.1.0/24\"]}: "
                        + "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"),
                range("a", "[\"10.0.0.0/24\",\"fd00::/64\",\"10.0.1.0/24\"]", "", "spec.cidrs: Invalid value: {\"cidrs\":[\"10.0.0.0/24\",\"fd00::/64\",\"10.0.1.0/24\"]}: may only hold up to 2 values"),
                range("b", "[\"10.0.0.0/24\"]", "{\"spec\":{\"cidrs\":[\"10.0.0.0/24\",\"fd00::/64\"]}}", ""),
                range("c", "[\"10.0.0.0/24\"]", "{\"spec\":{\"cidrs\":[\"10.0.1.0/24\"]}}", "spec.cidrs[0]: Invalid value: \"10.0.1.0/24\": field is immutable"),
                range("d", "[\"10.0.0.0/24\",\"fd00::/64\"]", "{\"spec\":{\"cidrs\":[\"10.0.0.0/24\"]}}", "spec.cidrs: Invalid value: [\"10.0.0.0/24\"]: field is immutable"),
                attributes("a", "\"parameters\":{\"a\":\"b\"}", "", "driverName: Required value"),
                attributes("a", "\"driverName\":\"d\"", "", "parameters: Required value: must contain at least one key/value pair"),
                attributes("a", "\"driverName\":\"a b\",\"parameters\":{\"a\":\"b\"}", "", "driverName: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', "
                        + "and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
                attributes("b", parameters, "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}", ""),
                attributes("c", parameters, "{\"driverName\":\"e.example.com\"}", "driverName: Forbidden: updates to driverName are forbidden."),
                attributes("d", parameters, "{\"parameters\":{\"c\":\"d\"}}", "parameters: Forbidden: updates to parameters are forbidden."));
    }

    private static Case record(String name, String content, String change, String message) {
        return new Case(NETWORKING + "ipaddresses", name, content, change, message);
    }

    private static Case range(String name, String cidrs, String change, String message) {
        return new Case(NETWORKING + "servicecidrs", name, "\"spec\":{\"cidrs\":" + cidrs + "}", change, message);
    }

    private static Case attributes(String name, String content, String change, String message) {
        return new Case(CLASSES, name, content, change, message);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void ruleIsKept(Case wanted) {
        var made = admin().post(wanted.collection, "{\"metadata\":{\"name\":\"" + wanted.name + "\"}," + wanted.content + "}");
        var answer = made;
        if (!wanted.change.isEmpty()) {
            assertEquals(201, made.code(), made.body());
            answer = admin().patch(wanted.collection + "/" + wanted.name, "merge-patch", wanted.change);
        }
        int success = wanted.change.isEmpty() ? 201 : 200;
        assertEquals(wanted.message.isEmpty() ? success : 422, answer.code(), answer.body());
        if (!wanted.message.isEmpty()) {
            assertEquals(wanted.message, answer.text("message").replaceFirst("^.*? is invalid: ", ""));
        }
    }
}

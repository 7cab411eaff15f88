package io.moka.apiserver.extension.crd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules in CEL: in definitions, and on objects.
final class RulesTest extends CrdTest {

    private static String withRules(String kind, String properties, String rules) {
        return definition(kind, "{type: object, properties: {spec: {type: object, properties: {" + properties + "}, x-kubernetes-validations: [" + rules + "]}}}", "");
    }

    @Test
    void brokenRuleIsReportedWithItsMessage() {
        String path = establish(withRules("Ruled", "min: {type: integer}, max: {type: integer}, my-name: {type: string}, mode: {type: string}, window: {type: string, format: duration}, at: {type: string, format: date-time}, port: {x-kubernetes-int-or-string: true}, labels: {type: object, additionalProperties: {type: string}}", """
                {rule: 'self.min <= self.max', message: min must not exceed max},
                {rule: '!has(self.my__dash__name) || self.my__dash__name.startsWith("x")', messageExpression: '"name is " + self.my__dash__name', fieldPath: .my-name},
                {rule: '!has(self.mode) || self.mode != "none"', reason: FieldValueForbidden, message: no such mode, fieldPath: .mode},
                {rule: '!has(self.window) || self.window < duration("2h")', message: too long},
                {rule: '!has(self.at) || self.at > timestamp("2020-01-01T00:00:00Z")', message: too early},
                {rule: '!has(self.port) || (type(self.port) == int ? self.port < 1024 : self.port == "http")'},
                {rule: '!has(self.labels) || self.labels.all(k, k.matches("^[a-z]+$"))', message: bad key}"""));
        record Case(String spec, List<String> causes) {}
        for (Case check : List.of(
                new Case("{min: 1, max: 2}", List.of()),
                new Case("{min: 3, max: 2}", List.of("spec: Invalid value: \"object\": min must not exceed max")),
                new Case("{min: 1, max: 2, my-name: abc}", List.of("spec.my-name: Invalid value: \"object\": name is abc")),
                new Case("{min: 1, max: 2, mode: none}", List.of("spec.mode: Forbidden: no such mode")),
                new Case("{min: 1, max: 2, window: 3h}", List.of("spec: Invalid value: \"object\": too long")),
                new Case("{min: 1, max: 2, at: '2019-01-01T00:00:00Z'}", List.of("spec: Invalid value: \"object\": too early")),
                new Case("{min: 1, max: 2, port: https}", List.of("spec: Invalid value: \"object\": failed rule: !has(self.port) || (type(self.port) == int ? self.port < 1024 : self.port == \"http\")")),
                new Case("{min: 1, max: 2, port: 80, labels: {abc: x}}", List.of()),
                new Case("{min: 1, max: 2, labels: {ABC: x}}", List.of("spec: Invalid value: \"object\": bad key")))) {
            assertEquals(check.causes(), causes(admin().post(path + "?dryRun=All", object("Ruled", "one", check.spec()))), check.spec());
        }
    }

    @Test
    void transitionRuleComparesWithTheStateBefore() {
        String path = establish(withRules("Stepper", "step: {type: integer}, note: {type: string}", """
                {rule: 'self.step >= oldSelf.step', message: steps only go up},
                {rule: '!oldSelf.hasValue() || self.step < 100', optionalOldSelf: true, message: too far}"""));
        assertEquals(201, admin().post(path, object("Stepper", "one", "{step: 150}")).code());
        assertEquals(List.of("spec: Invalid value: \"object\": steps only go up"), causes(admin().patch(path + "/one", "merge-patch", "{\"spec\":{\"step\":50}}")));
        assertEquals(List.of("spec: Invalid value: \"object\": too far"), causes(admin().patch(path + "/one", "merge-patch", "{\"spec\":{\"step\":151}}")));
        assertEquals(List.of("spec: Invalid value: \"object\": too far"), causes(admin().patch(path + "/one", "merge-patch", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")),
                "a transition rule holds for what stays, too");
    }

    @Test
    void ruleThatCameLaterDoesNotHoldForWhatStays() {
        String path = establish(withRules("Elder", "a: {type: string}, b: {type: string}", ""));
        admin().post(path, object("Elder", "one", "{a: bad, b: x}"));
        ObjectNode definition = read(DEFINITIONS + "/elders.example.com");
        ObjectNode a = (ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/a");
        a.putArray("x-kubernetes-validations").addObject().put("rule", "self == 'good'").put("message", "not good");
        assertEquals(200, admin().put(DEFINITIONS + "/elders.example.com", definition.toString()).code());
        io.moka.apiserver.testing.TestServer.await("the rule holds", () -> admin().post(path + "?dryRun=All", object("Elder", "two", "{a: bad}")).code() == 422);
        assertEquals(200, admin().patch(path + "/one", "merge-patch", "{\"spec\":{\"b\":\"y\"}}").code());
        assertEquals(List.of("spec.a: Invalid value: \"string\": not good"), causes(admin().patch(path + "/one", "merge-patch", "{\"spec\":{\"a\":\"worse\"}}")));
    }

    @Test
    void ruleOnTheElementsOfAKeyedListSeesTheSameElementBefore() {
        String path = establish(definition("Keyed", """
                {type: object, properties: {spec: {type: object, properties: {items: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name],
                 items: {type: object, required: [name], properties: {name: {type: string}, size: {type: integer}},
                         x-kubernetes-validations: [{rule: 'self.size >= oldSelf.size', message: may not shrink}]}}}}}}""", ""));
        admin().post(path, object("Keyed", "one", "{items: [{name: a, size: 1}, {name: b, size: 5}]}"));
        var refused = admin().patch(path + "/one", "merge-patch", "{\"spec\":{\"items\":[{\"name\":\"b\",\"size\":4},{\"name\":\"c\",\"size\":0}]}}");
        assertEquals(List.of("spec.items[0]: Invalid value: \"object\": may not shrink"), causes(refused));
    }

    @Test
    void dearRuleIsEndedByItsBudget() {
        String ten = "[0,1,2,3,4,5,6,7,8,9]";
        String bomb = ten + ".all(a, " + ten + ".all(b, " + ten + ".all(c, " + ten + ".all(d, " + ten + ".all(e, " + ten + ".all(f, self.x == 1))))))";
        String path = establish(withRules("Bomb", "x: {type: integer}", "{rule: '" + bomb + "'}"));
        var refused = admin().post(path, object("Bomb", "one", "{x: 1}"));
        assertEquals(List.of("spec: Invalid value: \"object\": validation failed due to running out of cost budget, no further validation rules will be run"), causes(refused));
    }

    @Test
    void rulesAreNotAskedAboutAnObjectThatIsWrongAnyway() {
        String path = establish(withRules("Doubly", "x: {type: integer, minimum: 1}", "{rule: 'self.x > 5'}"));
        assertEquals(List.of("spec.x: Invalid value: 0: spec.x in body should be greater than or equal to 1",
                "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"),
                causes(admin().post(path, object("Doubly", "one", "{x: 0}"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {rule: self.nothing == 1}                                 | rule: Invalid value: "self.nothing == 1": compilation failed: ERROR: <input>:1:5: undefined field 'nothing'
            {rule: self.x + 1}                                        | rule: Invalid value: "self.x + 1": cel expression must evaluate to a bool
            {rule: ''}                                                | rule: Required value: rule is not specified
            {rule: 'self.x == "a"'}                                   | rule: Invalid value: "self.x == \\"a\\"": compilation failed: ERROR: <input>:1:8: found no matching overload for '_==_' applied to '(int, string)'
            {rule: self.x > 1, reason: Because}                       | reason: Unsupported value: "Because": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"
            {rule: self.x > 1, fieldPath: .y}                         | fieldPath: Invalid value: ".y": fieldPath must be a valid path
            {rule: self.x > 1, messageExpression: self.x}             | messageExpression: Invalid value: "self.x": messageExpression must evaluate to string
            {rule: self.x > 1, message: ' '}                          | message: Invalid value: " ": message must be non-empty if specified
            {rule: self.x > 1, optionalOldSelf: true}                 | optionalOldSelf: Invalid value: "true": may not be set if oldSelf is not used in rule
            """)
    void ruleThatIsNoneIsRefused(String rule, String cause) {
        var refused = admin().post(DEFINITIONS, withRules("Badrule", "x: {type: integer}", rule));
        assertEquals(422, refused.code(), refused.body());
        String prefix = "spec.versions[0].schema.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].";
        assertTrue(causes(refused).stream().anyMatch(found -> found.startsWith(prefix + cause)), causes(refused).toString());
    }

    @Test
    void transitionRuleBelowAnAtomicListIsRefused() {
        var refused = admin().post(DEFINITIONS, definition("Loose", """
                {type: object, properties: {items: {type: array, items: {type: object, properties: {a: {type: string}}, x-kubernetes-validations: [{rule: self.a == oldSelf.a}]}}}}""", ""));
        assertTrue(causes(refused).getFirst().contains("oldSelf cannot be used on the uncorrelatable portion of the schema within spec.versions[0].schema.openAPIV3Schema.properties[items]"),
                Json.text(refused.json(), "message"));
    }
}

package io.moka.apiserver.extension.crd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.Trees;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Objects of custom kinds: validation, pruning, defaults, subresources, tables, field selectors, discovery, apply.
final class CustomObjectTest extends CrdTest {
    private static String values;
    private static String tabs;

    @BeforeAll
    static void define() {
        values = establish(definition("Value", """
                replicas: {type: integer, minimum: 1, maximum: 10}, under: {type: number, maximum: 1, exclusiveMaximum: true}, over: {type: number, minimum: 1, exclusiveMinimum: true},
                fives: {type: integer, multipleOf: 5}, name: {type: string, minLength: 2, maxLength: 4, pattern: '^[a-z]+$'}, color: {type: string, enum: [red, blue]},
                list: {type: array, minItems: 1, maxItems: 2, items: {type: string}}, set: {type: array, x-kubernetes-list-type: set, items: {type: string}},
                keyed: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object, required: [name], properties: {name: {type: string}}}},
                date: {type: string, format: date-time}, mail: {type: string, format: email}, v4: {type: string, format: ipv4}, id: {type: string, format: uuid},
                map: {type: object, minProperties: 1, maxProperties: 2, additionalProperties: {type: integer}}, port: {x-kubernetes-int-or-string: true},
                need: {type: object, required: [a], properties: {a: {type: string}}}, maybe: {type: string, nullable: true}, flag: {type: boolean},
                one: {type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]},
                any: {type: object, properties: {a: {type: string}, b: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]},
                both: {type: integer, allOf: [{minimum: 3}, {maximum: 5}]}, nope: {type: string, not: {enum: [bad]}}, big: {type: integer, format: int32},
                template: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
                """.replace("\n", " ")));
        tabs = establish(yaml("""
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: crontabs.stable.example.com},
                 spec: {group: stable.example.com, scope: Namespaced, names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all]},
                  versions: [{name: v1, served: true, storage: true,
                   schema: {openAPIV3Schema: {type: object, properties: {
                     spec: {type: object, properties: {cronSpec: {type: string, default: '5 0 * * *'}, image: {type: string}, replicas: {type: integer, default: 1},
                       options: {type: object, default: {}, properties: {retries: {type: integer, default: 3}}}, free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {known: {type: object, properties: {a: {type: string}}}}}}},
                     status: {type: object, properties: {replicas: {type: integer}, labelSelector: {type: string}, phase: {type: string}}}}}},
                   subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.labelSelector}},
                   selectableFields: [{jsonPath: .spec.image}, {jsonPath: .spec.replicas}],
                   additionalPrinterColumns: [{name: Spec, type: string, jsonPath: .spec.cronSpec, description: When.}, {name: Replicas, type: integer, jsonPath: .spec.replicas, priority: 1},
                     {name: Age, type: date, jsonPath: .metadata.creationTimestamp}, {name: Phase, type: string, jsonPath: .status.phase}]}]}}"""));
    }

    private static String tab(String name, String spec) {
        return yaml("{apiVersion: stable.example.com/v1, kind: CronTab, metadata: {name: " + name + "}, spec: " + spec + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {replicas: 11}       | spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10
            {replicas: 0}        | spec.replicas: Invalid value: 0: spec.replicas in body should be greater than or equal to 1
            {replicas: many}     | spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"
            {replicas: 1.5}      | spec.replicas: Invalid value: "number": spec.replicas in body must be of type integer: "number"
            {replicas: 2.0}      |
            {under: 1}           | spec.under: Invalid value: 1: spec.under in body should be less than 1
            {over: 1}            | spec.over: Invalid value: 1: spec.over in body should be greater than 1
            {fives: 7}           | spec.fives: Invalid value: 7: spec.fives in body should be a multiple of 5
            {name: a}            | spec.name: Invalid value: "a": spec.name in body should be at least 2 chars long
            {name: abcde}        | spec.name: Too long: may not be more than 4 bytes
            {name: AB}           | spec.name: Invalid value: "AB": spec.name in body should match '^[a-z]+$'
            {color: green}       | spec.color: Unsupported value: "green": supported values: "red", "blue"
            {color: red}         |
            {list: []}           | spec.list: Invalid value: []: spec.list in body should have at least 1 items
            {list: [a, b, c]}    | spec.list: Too many: 3: must have at most 2 items
            {list: [1]}          | spec.list[0]: Invalid value: "integer": spec.list[0] in body must be of type string: "integer"
            {set: [a, b, a]}     | spec.set[2]: Duplicate value: "a"
            {keyed: [{name: a}, {name: a}]} | spec.keyed[1]: Duplicate value: {"name":"a"}
            {keyed: [{}]}        | spec.keyed[0].name: Required value
            {date: yesterday}    | spec.date: Invalid value: "yesterday": spec.date in body must be of type date-time: "yesterday"
            {date: '2024-01-01T00:00:00Z'} |
            {mail: nobody}       | spec.mail: Invalid value: "nobody": spec.mail in body must be of type email: "nobody"
            {v4: 300.1.1.1}      | spec.v4: Invalid value: "300.1.1.1": spec.v4 in body must be of type ipv4: "300.1.1.1"
            {id: x}              | spec.id: Invalid value: "x": spec.id in body must be of type uuid: "x"
            {map: {a: x}}        | spec.map.a: Invalid value: "string": spec.map.a in body must be of type integer: "string"
            {map: {}}            | spec.map: Invalid value: {}: spec.map in body should have at least 1 properties
            {map: {a: 1, b: 2, c: 3}} | spec.map: Too many: 3: must have at most 2 items
            {port: http}         |
            {port: 80}           |
            {port: 1.5}          | spec.port: Invalid value: "number": spec.port in body must be of type integer,string: "number"
            {need: {}}           | spec.need.a: Required value
            {maybe: null}        |
            {flag: null}         |
            {flag: 'yes'}        | spec.flag: Invalid value: "string": spec.flag in body must be of type boolean: "string"
            {one: {a: x}}        |
            {one: {a: x, b: y}}  | <nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found 2 valid alternatives
            {one: {}}            | <nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found none valid
            {any: {}}            | <nil>: Invalid value: "": "spec.any" must validate at least one schema (anyOf)
            {any: {a: x, b: y}}  |
            {both: 2}            | spec.both: Invalid value: 2: spec.both in body should be greater than or equal to 3
            {both: 6}            | spec.both: Invalid value: 6: spec.both in body should be less than or equal to 5
            {nope: bad}          | <nil>: Invalid value: "": "spec.nope" must not validate the schema (not)
            {big: 3000000000}    | spec.big: Invalid value: 3000000000: Checked value must be of type integer with format int32
            {template: {kind: Pod}} | spec.template.apiVersion: Required value: must not be empty
            {template: {kind: Pod, apiVersion: v1, metadata: {name: a}, spec: {x: 1}}} |
            """)
    void valueIsChecked(String spec, String cause) {
        var answer = admin().post(values + "?dryRun=All", object("Value", "one", spec));
        List<String> causes = causes(answer);
        if (cause == null) {
            assertEquals(201, answer.code(), answer.body());
        } else {
            assertEquals(422, answer.code());
            assertEquals(cause, causes.getFirst(), causes.toString());
        }
    }

    @Test
    void whatAnUpdateLeavesIsNotCheckedAgain() {
        String path = establish(definition("Ratchet", "a: {type: string}, b: {type: string}"));
        admin().post(path, object("Ratchet", "one", "{a: long enough, b: x}"));
        ObjectNode definition = read(DEFINITIONS + "/ratchets.example.com");
        ((ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/a")).put("maxLength", 3);
        admin().put(DEFINITIONS + "/ratchets.example.com", definition.toString());
        TestServer.await("the bound holds", () -> admin().post(path + "?dryRun=All", object("Ratchet", "two", "{a: abcd}")).code() == 422);
        assertEquals(200, admin().patch(path + "/one", "merge-patch", "{\"spec\":{\"b\":\"y\"}}").code());
        assertEquals(422, admin().patch(path + "/one", "merge-patch", "{\"spec\":{\"a\":\"still long\"}}").code());
    }

    @Test
    void unknownFieldsArePrunedWarnedOfOrRefused() {
        String body = tab("pruned", "{image: x, extra: 1, free: {anything: {goes: 1}, known: {a: x, b: y}}}");
        var warned = admin().post(tabs, body);
        assertEquals(Trees.node("{image: x, cronSpec: '5 0 * * *', replicas: 1, options: {retries: 3}, free: {anything: {goes: 1}, known: {a: x}}}"), warned.json().path("spec"));
        List<String> warnings = warned.response().headers().allValues("Warning");
        assertEquals(List.of("299 - \"unknown field \\\"spec.extra\\\"\"", "299 - \"unknown field \\\"spec.free.known.b\\\"\""), warnings);
        var strict = admin().post(tabs + "?fieldValidation=Strict", tab("strict", "{image: x, extra: 1}"));
        assertEquals(400, strict.code());
        assertTrue(strict.text("message").endsWith("strict decoding error: unknown field \"spec.extra\""), strict.body());
        assertTrue(admin().post(tabs + "?fieldValidation=Ignore", tab("ignored", "{extra: 1}")).response().headers().allValues("Warning").isEmpty());
        var metadata = admin().post(tabs + "?fieldValidation=Strict", yaml("{apiVersion: stable.example.com/v1, kind: CronTab, metadata: {name: x, color: red}, spec: {}}"));
        assertTrue(metadata.text("message").contains("unknown field \"metadata.color\""), metadata.body());
    }

    @Test
    void defaultsAreFilledInOnWriteAndOnRead() {
        String path = establish(definition("Late", "a: {type: string}"));
        admin().post(path, object("Late", "one", "{a: x}"));
        ObjectNode definition = read(DEFINITIONS + "/lates.example.com");
        ((ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties")).putObject("b").put("type", "string").put("default", "later");
        admin().put(DEFINITIONS + "/lates.example.com", definition.toString());
        TestServer.await("the default shows", () -> admin().get(path + "/one").json().path("spec").path("b").asText().equals("later"));
        assertEquals("later", admin().get(path).json().at("/items/0/spec/b").asText());
        ((ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties")).remove("a");
        definition.withObject("metadata").remove("resourceVersion");
        ObjectNode newest = read(DEFINITIONS + "/lates.example.com");
        newest.set("spec", definition.get("spec"));
        assertEquals(200, admin().put(DEFINITIONS + "/lates.example.com", newest.toString()).code());
        TestServer.await("the field is gone", () -> admin().get(path + "/one").json().at("/spec/a").isMissingNode());
    }

    @Test
    void statusIsWrittenBySubresourceAloneAndDoesNotCount() {
        admin().post(tabs, yaml("{apiVersion: stable.example.com/v1, kind: CronTab, metadata: {name: stated}, spec: {image: x}, status: {phase: Sent}}"));
        assertTrue(read(tabs + "/stated").path("status").isMissingNode());
        var status = admin().patch(tabs + "/stated/status", "merge-patch", "{\"spec\":{\"image\":\"y\"},\"status\":{\"phase\":\"Running\"},\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        assertEquals("Running", status.text("status", "phase"), status.body());
        assertEquals("x", status.text("spec", "image"));
        assertTrue(status.json().path("metadata").path("labels").isMissingNode());
        assertEquals(1, status.json().path("metadata").path("generation").asInt());
        var main = admin().patch(tabs + "/stated", "merge-patch", "{\"status\":{\"phase\":\"Mine\"},\"spec\":{\"image\":\"z\"}}");
        assertEquals("Running", main.text("status", "phase"));
        assertEquals(2, main.json().path("metadata").path("generation").asInt());
    }

    @Test
    void withoutTheSubresourceStatusCountsAsWell() {
        String path = establish(definition("Plain", "{type: object, x-kubernetes-preserve-unknown-fields: true}", ""));
        admin().post(path, object("Plain", "one", "{}"));
        assertEquals(2, admin().patch(path + "/one", "merge-patch", "{\"status\":{\"a\":1}}").json().path("metadata").path("generation").asInt());
        assertEquals(404, admin().get(path + "/one/status").code());
        assertEquals(2, admin().patch(path + "/one", "merge-patch", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}").json().path("metadata").path("generation").asInt());
    }

    @Test
    void scaleReadsAndWritesByTheDefinitionsPaths() {
        admin().post(tabs, tab("scaled", "{replicas: 2}"));
        admin().patch(tabs + "/scaled/status", "merge-patch", "{\"status\":{\"replicas\":1,\"labelSelector\":\"app=x\"}}");
        ObjectNode scale = read(tabs + "/scaled/scale");
        assertEquals("Scale", Json.text(scale, "kind"));
        assertEquals(Trees.node("{replicas: 2}"), scale.path("spec"));
        assertEquals(Trees.node("{replicas: 1, selector: 'app=x'}"), scale.path("status"));
        assertEquals(5, admin().patch(tabs + "/scaled/scale", "merge-patch", "{\"spec\":{\"replicas\":5}}").json().at("/spec/replicas").asInt());
        assertEquals(5, read(tabs + "/scaled").at("/spec/replicas").asInt());
    }

    @Test
    void tableHasTheDefinitionsColumns() {
        admin().post(tabs, tab("printed", "{cronSpec: '* * * * *', replicas: 4}"));
        var table = admin().send(admin().request(tabs + "/printed").header("Accept", "application/json;as=Table;g=meta.k8s.io;v=v1")).json();
        assertEquals(List.of("Name", "Spec", "Replicas", "Age", "Phase"),
                StreamSupport.stream(table.path("columnDefinitions").spliterator(), false).map(column -> column.path("name").asText()).toList());
        assertEquals(1, table.at("/columnDefinitions/2/priority").asInt());
        assertEquals("date", table.at("/columnDefinitions/3/type").asText());
        var cells = table.at("/rows/0/cells");
        assertEquals("printed", cells.get(0).asText());
        assertEquals(4, cells.get(2).asInt());
        assertTrue(cells.get(3).asText().matches("\\d+s"), cells.toString());
        assertTrue(cells.get(4).isNull());
    }

    @Test
    void fieldsOfTheDefinitionCanBeSelected() {
        admin().post(tabs, tab("selected", "{image: special, replicas: 7}"));
        assertEquals("selected", admin().get(tabs + "?fieldSelector=spec.image%3Dspecial").json().at("/items/0/metadata/name").asText());
        assertEquals(1, admin().get(tabs + "?fieldSelector=spec.replicas%3D7").json().path("items").size());
        assertEquals(400, admin().get(tabs + "?fieldSelector=spec.cronSpec%3Dx").code());
    }

    @Test
    void discoveryTellsShortNamesCategoriesAndSubresources() {
        var resources = admin().get("/apis/stable.example.com/v1").json().path("resources");
        assertEquals(Trees.node("[ct]"), resources.get(0).path("shortNames"));
        assertEquals(Trees.node("[all]"), resources.get(0).path("categories"));
        assertEquals("crontabs/scale", resources.get(1).path("name").asText());
        assertEquals("crontabs/status", resources.get(2).path("name").asText());
    }

    @Test
    void rolesNamespacesAndNamesHoldForCustomKindsToo() {
        server.namespace("going");
        assertEquals(422, admin().post(tabs, tab("Not_A_Name", "{}")).code());
        assertEquals(404, admin().post(tabs.replace("default", "nowhere"), tab("x", "{}")).code());
        assertEquals(403, server.anonymous().get(tabs).code());
    }

    @Test
    void applyMergesKeyedListsAndNamesConflicts() {
        String path = establish(definition("Applied", """
                ports: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object, required: [name], properties: {name: {type: string}, port: {type: integer}}}},
                whole: {type: object, x-kubernetes-map-type: atomic, properties: {a: {type: string}, b: {type: string}}}""".replace("\n", " ")));
        var first = apply(path, "one", "{ports: [{name: a, port: 1}], whole: {a: x}}");
        assertEquals(201, first.code(), first.body());
        assertEquals(200, apply(path, "two", "{ports: [{name: b, port: 2}]}").code());
        assertEquals(Trees.node("[{name: a, port: 1}, {name: b, port: 2}]"), read(path + "/x").at("/spec/ports"));
        var conflict = apply(path, "two", "{ports: [{name: a, port: 9}]}");
        assertEquals(409, conflict.code());
        assertTrue(conflict.text("message").contains(".spec.ports[name=\"a\"].port"), conflict.body());
        assertEquals(409, apply(path, "two", "{whole: {b: y}}").code(), "an atomic object is owned as a whole");
        assertEquals(200, apply(path, "one", "{whole: {a: x}}").code());
        assertEquals(Trees.node("[{name: b, port: 2}]"), read(path + "/x").at("/spec/ports"));
    }

    private static TestServer.Answer apply(String path, String manager, String spec) {
        return admin().send("PATCH", path + "/x?fieldManager=" + manager, "application/apply-patch+yaml", object("Applied", "x", spec));
    }

    @Test
    void discoveryHasATagThatChangesWithTheKinds() {
        String before = tag();
        assertEquals(before, tag());
        establish(definition("Tagged", "a: {type: string}"));
        assertFalse(before.equals(tag()));
        assertEquals(304, admin().send(admin().request("/apis").header("Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList").header("If-None-Match", tag())).code());
    }

    private static String tag() {
        return admin().send(admin().request("/apis").header("Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")).response().headers().firstValue("ETag").orElseThrow();
    }

    @Test
    void deprecatedVersionWarns() {
        String path = establish(definition("Old", "{type: object}", "deprecated: true,"));
        assertEquals(List.of("299 - \"example.com/v1 Old is deprecated\""), admin().get(path).response().headers().allValues("Warning"));
        assertFalse(admin().get(tabs).response().headers().map().containsKey("Warning"));
    }
}

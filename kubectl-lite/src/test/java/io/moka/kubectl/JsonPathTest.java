package io.moka.kubectl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {

    private static final String LIST = """
            {"kind":"List","items":[
              {"metadata":{"name":"a","labels":{"app.kubernetes.io/name":"web","x.y":"dot"}},"status":{"ready":true,"count":3,"ips":["1","2","3"]}},
              {"metadata":{"name":"b"},"status":{"ready":false,"count":10,"conditions":[{"type":"Ready","status":"False"}]}}]}""";

    record Case(String template, String expected) {
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("{.kind}", "List"), new Case(".kind", "List"), new Case("kind", "List"), new Case("{$.kind}", "List"),
                new Case("{.items[*].metadata.name}", "a b"), new Case("{.items[0].metadata.name}", "a"), new Case("{.items[-1].metadata.name}", "b"),
                new Case("{.items[0].status.ips[1:]}", "2 3"), new Case("{.items[0].status.ips[:2]}", "1 2"), new Case("{.items[0].status.ips[-2:-1]}", "2"),
                new Case("{.items[9].metadata.name}", ""), new Case("{.none.deeper}", ""), new Case("{..name}", "a b"), new Case("{.items[*]['metadata'].name}", "a b"),
                new Case("{.items[0].metadata.labels['app.kubernetes.io/name']}", "web"), new Case("{.items[0].metadata.labels.app\\.kubernetes\\.io/name}", "web"),
                new Case("{.items[0].metadata.labels.x\\.y}", "dot"),
                new Case("{.items[?(@.metadata.name==\"b\")].status.count}", "10"), new Case("{.items[?(@.status.count>5)].metadata.name}", "b"),
                new Case("{.items[?(@.status.count<=3)].metadata.name}", "a"), new Case("{.items[?(@.metadata.name!='a')].metadata.name}", "b"),
                new Case("{.items[?(@.status.conditions)].metadata.name}", "b"), new Case("{.items[?(@.status.ready==true)].metadata.name}", "a"),
                new Case("{.items[1].status.conditions[?(@.type==\"Ready\")].status}", "False"),
                new Case("{range .items[*]}{.metadata.name}={.status.count}{\"\\n\"}{end}", "a=3\nb=10\n"), new Case("{range .none[*]}{.x}{end}done", "done"),
                new Case("{range .items[*]}{range .status.ips[*]}<{@}>{end};{end}", "<1><2><3>;;"), new Case("name: {.items[0].metadata.name}!", "name: a!"),
                new Case("{.items[0].status.ready}", "true"), new Case("{.items[1].status.conditions[0]}", "{\"type\":\"Ready\",\"status\":\"False\"}"),
                new Case("{.items[0].status.*}", "true 3 [\"1\",\"2\",\"3\"]"), new Case("{'quoted'}", "quoted"));
    }

    private static JsonNode list() throws IOException {
        return new JsonMapper().readTree(LIST);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void templatesRenderAsKubectlDoes(Case row) throws IOException {
        assertEquals(row.expected, JsonPath.render(row.template, list()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{.items[0", "{.items", "{.items[x]}", "{.items[?(name)]}", "{end}", "{.a]}x{", "{x}", "{.items[?(@.status.count>abc)]}", "{\"}", "{range .items[*]}{.x}"})
    void whatIsNoTemplateIsAUsageError(String template) {
        assertThrows(UsageException.class, () -> JsonPath.render(template, list()));
    }
}

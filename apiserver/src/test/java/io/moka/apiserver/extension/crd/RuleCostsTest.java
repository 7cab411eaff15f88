package io.moka.apiserver.extension.crd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Problems;
import io.moka.apiserver.extension.structural.StructuralSchema;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules that may cost too much are refused when they are defined. The expected factors are worked out by hand from the documented costs:
/// 1 for a variable, a field or an operator, a tenth for a character that is looked at, four bytes to a character, 3 MiB to a request.
final class RuleCostsTest {
    private static final String ADVICE = " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";

    private static List<String> costs(String schema, boolean estimated) throws IOException {
        Problems problems = new Problems();
        StructuralSchema structural = StructuralSchema.of(new YAMLMapper().readTree(schema));
        RuleCompilation.check(structural, FieldPath.ROOT.child("schema"), problems, estimated);
        return problems.found().stream().map(cause -> cause.field() + ": " + cause.message()).toList();
    }

    private static String of(String property, String rule) {
        return "{type: object, properties: {a: " + property + ", b: " + property + "}, x-kubernetes-validations: [{rule: \"" + rule + "\"}]}";
    }

    @ParameterizedTest(name = "{1} of {0}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{type: string, maxLength: 10}                                        | self.a == self.b                           | ok",
        "{type: string}                                                       | self.a == self.b                           | ok",
        "{type: string}                                                       | self.a.contains(self.b)                    | more than 100x",
        "{type: string, maxLength: 1000}                                      | self.a.contains(self.b)                    | ok",
        // (4 * 100,000 + 1) / 10 * ceil(7 / 4)
        "{type: string, maxLength: 100000}                                    | self.a.matches('[a-z]+x')                  | ok",
        // 1 + 40,000,001 / 10 characters, times 2: 8,000,004 and 2 for self.a
        "{type: string, maxLength: 10000000}                                  | self.a.matches('[a-z]+x')                  | ok",
        // times 3
        "{type: string, maxLength: 10000000}                                  | self.a.matches('[a-z]+xyz')                | 1.200001x",
        "{type: array, items: {type: integer}}                                | self.a.all(x, x > 0)                       | ok",
        "{type: array, items: {type: integer}}                                | self.a.all(x, self.b.all(y, x != y))       | more than 100x",
        // 2,000 * (2,000 * 4 + 5) and so on
        "{type: array, maxItems: 1000, items: {type: integer}}                | self.a.all(x, self.b.all(y, x != y))       | ok",
        "{type: array, maxItems: 1000, items: {type: string, maxLength: 100}} | self.a.all(x, self.b.all(y, x != y))       | 4.5x",
        "{type: object, additionalProperties: {type: string}}                 | self.a.all(k, self.a[k].size() < 10)       | ok",
        "{type: string, enum: [x, y]}                                         | self.a.contains(self.b)                    | ok",
        "{type: string, format: date-time}                                    | self.a < self.b                            | ok",
        "{type: array, items: {type: string}}                                 | self.a.isSorted()                          | more than 100x",
        "{x-kubernetes-int-or-string: true}                                   | string(self.a).contains('x')               | ok",
    })
    void rulesAreRefusedByWhatTheyMayCost(String property, String rule, String factor) throws IOException {
        List<String> expected = factor.equals("ok") ? List.of() : List.of("schema.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of " + factor + ADVICE);
        assertEquals(expected, costs(of(property, rule), true).stream().limit(factor.equals("ok") ? 9 : 1).toList());
    }

    private static String nested(String bound) {
        return "{type: object, properties: {list: {type: array" + bound + ", items: {type: object, required: [name], properties: {name: {type: string, maxLength: 1000}},"
                + " x-kubernetes-validations: [{rule: \"self.name.contains('abc')\"}]}}}}";
    }

    /// 3 MiB / ({"name":""}, and a comma: 13 bytes) * (400 * 1 + 2).
    @Test
    void ruleBelowAListCountsForEachElement() throws IOException {
        String path = "schema.properties[list].items.x-kubernetes-validations[0].rule";
        assertEquals(List.of(path + ": Forbidden: estimated rule cost exceeds budget by factor of 9.7x" + ADVICE), costs(nested(""), true));
        assertEquals(List.of(), costs(nested(", maxItems: 10000"), true));
    }

    @Test
    void schemaThatIsInForceAlreadyIsNotEstimatedAgain() throws IOException {
        assertEquals(List.of(), costs(nested(""), false));
    }

    @Test
    void manyRulesThatAreGoodByThemselvesMayBeTooMuchTogether() throws IOException {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            rules.append("{rule: \"self.a.matches('[a-z]+x')\"},");
        }
        List<String> causes = costs("{type: object, properties: {a: {type: string, maxLength: 10000000}}, x-kubernetes-validations: [" + rules + "]}", true);
        assertEquals(5, causes.size());
        assertEquals("schema.x-kubernetes-validations[0].rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema", causes.getFirst());
        assertEquals("schema: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of 1.6x" + ADVICE, causes.getLast());
    }

    @Test
    void messagesHaveTheirOwnLimit() throws IOException {
        assertEquals(List.of("schema.x-kubernetes-validations[0].messageExpression: Forbidden: estimated messageExpression cost exceeds budget by factor of more than 100x" + ADVICE,
                        "schema.x-kubernetes-validations[0].messageExpression: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema",
                        "schema: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x" + ADVICE),
                costs("{type: object, properties: {a: {type: string}}, x-kubernetes-validations: [{rule: \"self.a != 'x'\", messageExpression: \"self.a.find(self.a)\"}]}", true));
    }
}

package io.moka.apiserver.extension.cel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cel.common.types.CelType;
import io.moka.apiserver.extension.cel.CelEnvironment.Compilation;
import io.moka.apiserver.extension.cel.CelEnvironment.Variable;
import io.moka.apiserver.extension.structural.StructuralSchema;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Estimates are upstream's to the last digit, since definitions that pass there have to pass here. The numbers are what upstream's apiserver
/// comes to: without bounds in the schema, and with the given bound wherever a `MAX` stands.
final class CostEstimatorTest {
    private static final String NUMBERS = "{type: array, maxItems: MAX, items: {type: number}}";
    private static final String MAP = "{type: object, maxProperties: MAX, additionalProperties: ";

    private static String schema(String name) {
        return switch (name) {
            case "number[]", "string[]", "boolean[]" -> NUMBERS.replace("number", name.replace("[]", ""));
            case "duration[]", "date[]", "date-time[]" -> NUMBERS.replace("type: number", "type: string, format: " + name.replace("[]", ""));
            case "int-or-string[]" -> NUMBERS.replace("type: number", "x-kubernetes-int-or-string: true");
            case "number[][]" -> "{type: array, maxItems: MAX, items: {type: array, items: {type: number}}}";
            case "number{}[]" -> "{type: array, maxItems: MAX, items: {type: object, additionalProperties: {type: number}}}";
            case "bounded string[]" -> "{type: array, maxItems: MAX, items: {type: string, maxLength: MAX}}";
            case "number{}", "string{}", "boolean{}" -> MAP + "{type: " + name.replace("{}", "") + "}}";
            case "duration{}", "date{}", "date-time{}" -> MAP + "{type: string, format: " + name.replace("{}", "") + "}}";
            case "bounded string{}" -> MAP + "{type: string, maxLength: MAX}}";
            case "number[]{}" -> MAP + "{type: array, items: {type: number}}}";
            case "string" -> "{type: string, maxLength: MAX}";
            case "bytes" -> "{type: string, format: byte, maxLength: MAX}";
            case "texts" -> "{type: object, properties: {str: {type: string, maxLength: MAX}, separator: {type: string, maxLength: MAX},"
                    + " before: {type: string, maxLength: 2}, after: {type: string, maxLength: 4}}}";
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static long estimate(String schema, String rule) throws IOException {
        StructuralSchema structural = StructuralSchema.of(new YAMLMapper().readTree(schema));
        SchemaTypes types = new SchemaTypes();
        CelType self = types.of("Self", structural);
        var environment = new CelEnvironment(List.of(new Variable("self", self), new Variable("oldSelf", self)), types.structs());
        var compiled = assertInstanceOf(Compilation.Compiled.class, environment.compile(rule), () -> String.valueOf(environment.compile(rule)));
        return compiled.expression().estimatedCost(SchemaSizes.of(structural, false));
    }

    @ParameterizedTest(name = "{1} of {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "number[]         | self.all(x, true)                              | 4718591      | 10      | 32",
        "string[]         | self.all(x, true)                              | 3145727      | 20      | 62",
        "boolean[]        | self.all(x, true)                              | 1887437      | 5       | 17",
        "number[][]       | self.all(x, true)                              | 3145727      | 100     | 302",
        "number{}         | self.all(x, true)                              | 1348169      | 10      | 32",
        "number{}         | has(self.x)                                    | 1            | 100     | 1",
        "string{}         | self.all(x, true)                              | 1179647      | 3       | 11",
        "boolean{}        | self.all(x, true)                              | 943718       | 100     | 302",
        "string           | self.contains('test')                          | 314574       | 10      | 5",
        "string           | self.startsWith('test')                        | 2            | 15      | 2",
        "string           | self.endsWith('test')                          | 2            | 30      | 2",
        "string           | size(self + 'hello') > size('hello')           | 314578       | 4       | 7",
        "number[]         | self[1] == 0.0                                 | 2            | 5000    | 2",
        "string[]         | self[1] == self[1]                             | 314577       | 8       | 314577",
        "string           | self.matches('x')                              | 314574       | 50      | 22",
        "string           | ''.matches('(((((((((())))))))))[0-9]')        | 7            | 10      | 7",
        "string           | self.matches('')                               | 1            | 100     | 1",
        "bounded string{} | self.all(x, x.contains(self[x]))               | 2752507      | 10      | 72",
        "string           | self == 'x'                                    | 2            | 0       | 1",
        "bytes            | self == b'x'                                   | 2            | 0       | 1",
        "number[]         | self.all(x, x == 0.0)                          | 6291454      | 6291456 | 25165826",
        "int-or-string[]  | self.all(x, true)                              | 4718591      | 10      | 32",
        "int-or-string[]  | self[0] == 5                                   | 3            | 10      | 3",
        "boolean[]        | self[0] == false                               | 2            | 25      | 2",
        "number[][]       | self[0][0] == -1.0                             | 3            | 51      | 3",
        "number{}[]       | self.all(x, x.y == 25.2)                       | 6291452      | 12      | 74",
        "number{}[]       | self[0].x > 2.0                                | 4            | 3000    | 4",
        "duration[]       | self.all(x, true)                              | 2359295      | 5       | 17",
        "duration[]       | self[0].getHours() == 2                        | 4            | 525     | 4",
        "date[]           | self.all(x, true)                              | 725936       | 15      | 47",
        "date-time[]      | self.all(x, true)                              | 428963       | 25      | 77",
        "number[]{}       | self.all(x, true)                              | 1179647      | 25      | 77",
        "duration{}       | self.all(x, true)                              | 1048577      | 5       | 17",
        "date{}           | self.all(x, true)                              | 524288       | 10      | 32",
        "date-time{}      | self.all(x, true)                              | 349526       | 25      | 77",
        "date-time{}      | self['a'] == self['b']                         | 8            | 7       | 8",
        "duration{}       | self['c'] == self['d']                         | 8            | 42      | 8",
        "number{}         | oldSelf.size() == self.size()                  | 5            | 10      | 5",
        "string           | self.find('[0-9]+') == ''                      | 629147       | 10      | 11",
        "bounded string[] | self.join(' ') == 'aa bb'                      | 329853068905 | 10      | 43",
        "bounded string[] | self.isSorted() == true                        | 329854432052 | 10      | 52",
        "texts            | self.str.replace(self.before, self.after) == 'does not matter' | 629154 | 4 | 12",
        "texts            | self.str.split(self.separator) == []           | 629160       | 10      | 22",
        "string           | self.lowerAscii() == 'lower!'                  | 314575       | 10      | 6",
    })
    void estimateIsUpstreams(String schema, String rule, long unbounded, long max, long bounded) throws IOException {
        assertEquals(unbounded, estimate(schema(schema).replaceAll("max\\w+: MAX,? ?", "").replaceAll(", ([}])", "$1"), rule));
        assertEquals(bounded, estimate(schema(schema).replace("MAX", Long.toString(max)), rule));
    }

    /// Nested loops: what upstream says for ten elements.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"self.all(x, self.all(y, true)) | 352", "self.all(x, self.all(y, self.all(z, true))) | 3552"})
    void loopsMultiply(String rule, long cost) throws IOException {
        assertEquals(cost, estimate(NUMBERS.replace("MAX", "10"), rule));
    }
}

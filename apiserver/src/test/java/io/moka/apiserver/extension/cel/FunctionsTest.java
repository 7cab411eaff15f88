package io.moka.apiserver.extension.cel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cel.common.types.CelKind;
import dev.cel.common.types.SimpleType;
import io.moka.apiserver.extension.cel.CelEnvironment.Compilation;
import io.moka.apiserver.extension.cel.CelEnvironment.Variable;
import io.moka.apiserver.testing.Trees;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every expression is true, by the documentation of Kubernetes' CEL libraries.
final class FunctionsTest {
    private static final CelEnvironment ENVIRONMENT = new CelEnvironment(List.of(new Variable("object", SimpleType.DYN)), Map.of());
    private static final Map<String, Object> OBJECT = Map.of("object",
            CelValues.of(Trees.node("{metadata: {name: web, labels: {app: web, tier: front}}, spec: {replicas: 3, ports: [80, 443], ratio: 0.5, paused: false, nothing: null}}")));

    private static CelExpression compile(String expression) {
        return switch (ENVIRONMENT.compile(expression, CelKind.DYN)) {
            case Compilation.Compiled(CelExpression compiled) -> compiled;
            case Compilation.Failed(var reason, String why) -> throw new AssertionError(why);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "object.spec.replicas == 3", "has(object.spec.replicas) && !has(object.spec.other)", "object.spec.nothing == null", "object.spec.ratio < 1",
        "object.metadata.labels.exists(key, key == 'app')", "object.metadata.labels.all(key, value, key != value || key == 'app' || key == 'web')",
        "object.?spec.?other.orValue(7) == 7", "object.spec.ports.map(port, port + 1) == [81, 444]", "object.spec.ports.exists_one(port, port == 80)",
        "[1, 2, 3].isSorted() && !['b', 'a'].isSorted()", "[1, 2, 3].sum() == 6", "[1.5, 2.5].sum() == 4.0", "[3, 1, 2].min() == 1", "['a', 'c', 'b'].max() == 'c'",
        "['a', 'b', 'b'].indexOf('b') == 1", "['a', 'b', 'b'].lastIndexOf('b') == 2", "[1].indexOf(9) == -1", "[duration('1m'), duration('2m')].sum() == duration('3m')",
        "'abc 123'.find('[0-9]+') == '123'", "'abc'.find('[0-9]+') == ''", "'1 2 3'.findAll('[0-9]') == ['1', '2', '3']", "'1 2 3'.findAll('[0-9]', 2) == ['1', '2']",
        "url('https://u@example.com:8080/a%20b?x=1&x=2').getHost() == 'example.com:8080'", "url('https://example.com:8080/').getHostname() == 'example.com'",
        "url('https://example.com/').getPort() == ''", "url('https://example.com/a%20b').getEscapedPath() == '/a%20b'", "url('/path').getScheme() == ''",
        "url('https://example.com/?x=1&x=2').getQuery() == {'x': ['1', '2']}", "isURL('https://example.com') && !isURL('../relative')",
        "ip('192.168.0.1').family() == 4", "ip('::1').isLoopback()", "isIP('10.0.0.1') && !isIP('10.0.0.256') && !isIP('010.0.0.1')", "ip.isCanonical('2001:db8::1')",
        "!ip.isCanonical('2001:DB8::1') && !ip.isCanonical('2001:db8:0:0:0:0:0:1')", "string(ip('2001:db8:0:0:0:0:0:1')) == '2001:db8::1'", "ip('0.0.0.0').isUnspecified()",
        "ip('224.0.0.1').isLinkLocalMulticast()", "ip('169.254.1.1').isLinkLocalUnicast()", "ip('8.8.8.8').isGlobalUnicast()", "ip('1.1.1.1') == ip('1.1.1.1')",
        "cidr('192.168.0.0/24').containsIP('192.168.0.7')", "cidr('192.168.0.0/24').containsIP(ip('192.168.0.7'))", "!cidr('192.168.0.0/24').containsIP('192.168.1.7')",
        "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", "cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8')", "cidr('10.0.0.0/8').prefixLength() == 8", "isCIDR('::/0') && !isCIDR('10.0.0.0')",
        "string(cidr('10.0.0.0/8')) == '10.0.0.0/8'", "cidr('10.1.2.3/8').ip() == ip('10.1.2.3')",
        "quantity('1Gi').isGreaterThan(quantity('1G'))", "quantity('500m').isLessThan(quantity('1'))", "quantity('1k').asInteger() == 1000", "quantity('1500m').asApproximateFloat() == 1.5",
        "quantity('50k').add('20k'.size() > 0 ? quantity('20k') : quantity('0')) == quantity('70k') || true", "quantity('50k').add(20).compareTo(quantity('50020')) == 0",
        "quantity('-1').sign() == -1", "isQuantity('1.5Gi') && !isQuantity('10kb')", "!quantity('1m').isInteger()", "quantity('200M').compareTo(quantity('0.2G')) == 0",
        "!format.dns1123Label().validate('my-label').hasValue()", "format.dns1123Label().validate('My_Label').hasValue()", "format.named('dns1123Subdomain').hasValue()",
        "!format.named('nonsense').hasValue()", "!format.qualifiedName().validate('example.com/name').hasValue()", "format.uuid().validate('x').hasValue()",
        "!format.named('datetime').value().validate('2024-01-01T00:00:00Z').hasValue()", "!format.dns1123LabelPrefix().validate('my-').hasValue()",
        "semver('1.2.3').isLessThan(semver('1.10.0'))", "semver('1.0.0-alpha').isLessThan(semver('1.0.0'))", "isSemver('1.0.0') && !isSemver('v1.0') && isSemver('v1.0', true)",
        "semver('v01.2', true).minor() == 2", "semver('1.2.3').compareTo(semver('1.2.3+build')) == 0", "semver('1.0.0-2').isLessThan(semver('1.0.0-11'))",
        "sets.contains([1, 2, 3], [2])", "sets.equivalent([1, 2], [2, 1, 1])", "sets.intersects([1], [1, 2])", "['a', 'b'].join('-') == 'a-b'", "['a', 'b'].join() == 'ab'",
        "'hello'.charAt(4) == 'o'", "'a,b'.split(',') == ['a', 'b']", "'hello'.replace('l', 'L') == 'heLLo'", "'hello'.replace('l', 'L', 1) == 'heLlo'", "'hello'.replace('', '_') == '_h_e_l_l_o_'",
        "'HeLLo'.lowerAscii() == 'hello'", "' x '.trim() == 'x'", "'hello'.substring(1, 3) == 'el'", "strings.quote('a\"b') == '\"a\\\\\"b\"'", "'abc'.reverse() == 'cba'",
        "'%s is %d years, %.1f m, %x, %s'.format(['Ann', 30, 1.75, 255, [1, 'b']]) == 'Ann is 30 years, 1.8 m, ff, [1, b]'", "'100%%'.format([]) == '100%'",
        "[1, 2].transformList(i, v, i * v) == [0, 2]", "{'a': 1}.transformMap(k, v, v + 1) == {'a': 2}", "cel.bind(x, 2, x * x) == 4", "timestamp('2024-01-01T00:00:00Z').getFullYear() == 2024",
        "[[1], [2]].flatten() == [1, 2]", "[1, 2, 2].distinct() == [1, 2]", "'abc'.matches('b')"
    })
    void expressionIsTrue(String expression) throws CelFailure {
        assertEquals(true, compile(expression).evaluate(OBJECT, CostBudget.perObject()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"object.spec.other == 1", "1 / 0 == 1", "[1][5] == 1", "ip('x') == ip('y')", "quantity('1kb').sign() == 1", "[].min() == 1", "quantity('1m').asInteger() == 1",
        "'%d'.format(['x']) == ''", "'%s'.format([]) == ''"})
    void expressionHasNoValue(String expression) {
        CelFailure failure = assertThrows(CelFailure.class, () -> compile(expression).evaluate(OBJECT, CostBudget.perObject()));
        assertEquals(false, failure.outOfBudget());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, [0,1,2,3,4,5,6,7,8,9].all(f, true))))))",
        "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1].map(x, 'x').all(y, [y].map(a, a + a + a + a + a + a + a + a).map(a, a + a + a + a + a + a + a + a).map(a, a + a + a + a + a + a + a + a)"
                + ".map(a, a + a + a + a + a + a + a + a).map(a, a + a + a + a + a + a + a + a).map(a, a + a + a + a + a + a + a + a).map(a, a + a + a + a + a + a + a + a).map(a, a + a + a + a + a + a + a + a).size() == 1)"})
    void bombIsEnded(String expression) {
        CelFailure failure = assertThrows(CelFailure.class, () -> compile(expression).evaluate(OBJECT, CostBudget.perObject()));
        assertTrue(failure.outOfBudget(), failure.getMessage());
    }

    @Test
    void resultOfTheWrongTypeIsRefused() {
        var failed = assertInstanceOf(Compilation.Failed.class, ENVIRONMENT.compile("1 + 1", CelKind.BOOL));
        assertEquals("must evaluate to a bool", failed.message());
    }

    @Test
    void namesThatAreNoIdentifiersAreEscaped() {
        assertEquals("x__dash__y__dot__z__slash__w", PropertyNames.escape("x-y.z/w").orElseThrow());
        assertEquals("__namespace__", PropertyNames.escape("namespace").orElseThrow());
        assertEquals("a__underscores__b", PropertyNames.escape("a__b").orElseThrow());
        assertTrue(PropertyNames.escape("1st").isEmpty());
    }
}

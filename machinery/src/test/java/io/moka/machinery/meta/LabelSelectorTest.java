package io.moka.machinery.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Both written forms of label selectors, what they match, and the errors.
class LabelSelectorTest {

    private static final Map<String, String> LABELS = Map.of("tier", "back-end", "track", "canary", "cores", "8", "example.com/zone", "a", "empty", "");

    record Case(String selector, boolean matches, String written) {
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("", true, ""),
                new Case("  ", true, ""),
                new Case("tier=back-end", true, "tier=back-end"),
                new Case("tier==back-end", true, "tier=back-end"),
                new Case("tier = back-end , track = canary", true, "tier=back-end,track=canary"),
                new Case("tier=front-end", false, "tier=front-end"),
                new Case("tier!=front-end", true, "tier!=front-end"),
                new Case("tier!=back-end", false, "tier!=back-end"),
                new Case("absent!=x", true, "absent!=x"),
                new Case("track in (canary, beta)", true, "track in (beta,canary)"),
                new Case("track in(stable)", false, "track=stable"),
                new Case("track notin (stable,beta)", true, "track notin (beta,stable)"),
                new Case("absent notin (x)", true, "absent!=x"),
                new Case("tier", true, "tier"),
                new Case("absent", false, "absent"),
                new Case("!absent", true, "!absent"),
                new Case("! tier", false, "!tier"),
                new Case("cores>4", true, "cores>4"),
                new Case("cores > 8", false, "cores>8"),
                new Case("cores<9", true, "cores<9"),
                new Case("tier>1", false, "tier>1"),
                new Case("example.com/zone=a", true, "example.com/zone=a"),
                new Case("empty=", true, "empty="),
                new Case("tier=,track=canary", false, "tier=,track=canary"),
                new Case("empty in (,x)", true, "empty in (,x)"),
                new Case("in=1", false, "in=1"),
                new Case("tier=back-end,!legacy,track in (canary)", true, "tier=back-end,!legacy,track=canary"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theQueryFormMatches(Case row) {
        var selector = LabelSelector.parse(row.selector);
        assertEquals(row.matches, selector.matches(LABELS), row.selector);
        assertEquals(row.written, selector.toString());
        assertEquals(selector, LabelSelector.parse(selector.toString()), "what is written is read again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=a", "a=b c", "a in b", "a in (b", "a notin", "!", "a,=b", "a=b,,c=d", "x(y)", "a>b", "a!b", "a like b", "a=b)"})
    void whatIsNoSelectorIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> LabelSelector.parse(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            =a       | found '=', expected: !, identifier, or 'end of string'
            a=b c    | found 'c', expected: ',' or 'end of string'
            a=b)     | found ')', expected: ',' or 'end of string'
            a=b,,c=d | found ',', expected: identifier after ','
            a,       | found '', expected: identifier after ','
            !        | unable to parse requirement: found '', expected: identifier
            a in b   | unable to parse requirement: found 'b', expected: '('
            a like b | unable to parse requirement: found 'like', expected: in, notin, =, ==, !=, gt, lt
            """)
    void refusalsSayWhatWasFound(String text, String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> LabelSelector.parse(text)).getMessage());
    }

    @Test
    void theObjectFormMatchesAllOfItsTerms() {
        var object = new LabelSelectorBuilder().addToMatchLabels("tier", "back-end")
                .addNewMatchExpression().withKey("track").withOperator("In").withValues("canary", "beta").endMatchExpression()
                .addNewMatchExpression().withKey("legacy").withOperator("DoesNotExist").endMatchExpression().build();
        assertTrue(LabelSelector.of(object).matches(LABELS));
        object.getMatchLabels().put("tier", "other");
        assertTrue(!LabelSelector.of(object).matches(LABELS));
    }

    @Test
    void anUnknownOperatorIsNamed() {
        var refusal = assertThrows(IllegalArgumentException.class, () -> LabelSelector.requirement("a", "Like", null));
        assertEquals("\"Like\" is not a valid label selector operator", refusal.getMessage());
    }

    @Test
    void nothingAskedMatchesEvenWithoutLabels() {
        assertTrue(LabelSelector.ofLabels(null).matches(null));
        assertTrue(LabelSelector.ofLabels(Map.of()).isEverything());
        assertTrue(!LabelSelector.ofLabels(Map.of("a", "b")).matches(null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            In           | a,b | a    | true
            In           | a,b | c    | false
            In           | a   | -    | false
            In           | -   | a    | false
            NotIn        | a   | a    | false
            NotIn        | a   | -    | true
            NotIn        | -   | a    | true
            Exists       | -   | a    | true
            Exists       | -   | -    | false
            DoesNotExist | -   | -    | true
            DoesNotExist | -   | a    | false
            Gt           | 5   | 6    | true
            Gt           | 5   | 5    | false
            Gt           | 5   | five | false
            Gt           | 5   | -    | false
            Lt           | -3  | -4   | true
            Lt           | 5   | 5    | false
            """)
    void anOperatorJudgesTheValue(String operator, String values, String value, boolean matches) {
        var requirement = LabelSelector.requirement("key", operator, values == null ? null : List.of(values.split(",")));
        assertEquals(matches, requirement.matches(value == null ? Map.of() : Map.of("key", value)), requirement.toString());
    }

    @Test
    void aBoundThatIsNoWholeNumberIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> LabelSelector.requirement("key", "Gt", List.of("1.5")));
        assertEquals("unable to parse requirement: expected a whole number, found 'many'",
                assertThrows(IllegalArgumentException.class, () -> LabelSelector.parse("cores>many")).getMessage());
    }

    @Test
    void nothingMatchesNothing() {
        assertTrue(!LabelSelector.nothing().matches(LABELS));
        assertTrue(!LabelSelector.nothing().matches(null));
        assertTrue(LabelSelector.everything().matches(null));
    }
}

package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Outputs that an [Expectation] of a kubectl transcript accepts and refuses.
class ExpectationTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            one created                    | one created               | 0 | true
            one created                    | one created again         | 0 | false
            one created                    | one created               | 1 | false
            one;[1]                        | one                       | 1 | true
            NAME   AGE;one    {age}        | NAME   AGE;one    2m13s   | 0 | true
            NAME   AGE;one    {age}        | NAME     AGE;one      5s  | 0 | true
            NAME   AGE;one    {age}        | NAME AGE;one  5s          | 0 | false
            NAME   AGE;one    {age}        | NAME   UID   AGE;one    5s | 0 | false
            NAME   AGE;one    {age}        | NAME   AGE;one    soon    | 0 | false
            {age}   done                   | 5s done                   | 0 | true
            x;...;y                        | x;a;b;y                   | 0 | true
            x;...;y                        | x;y                       | 0 | true
            x;...;y                        | x;a                       | 0 | false
            a;{blank};b                    | a;;b                      | 0 | true
            {node} of {namespace}          | vm of here                | 0 | true
            {"a":"{number}"} (x.y)         | {"a":"12"} (x.y)          | 0 | true
            {"a":"{number}"} (x.y)         | {"a":"12"} (xzy)          | 0 | false
            """)
    void printedLinesMeetOrMissIt(String expected, String printed, int status, boolean met) {
        var expectation = Expectation.of(List.of(expected.split(";")));
        var result = new Shell.Result(status, printed.replace(";", "\n") + "\n");
        assertEquals(met, expectation.isMetBy(result, Map.of("node", "vm", "namespace", "here")));
    }
}

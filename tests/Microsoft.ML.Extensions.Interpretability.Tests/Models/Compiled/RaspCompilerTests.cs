using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Compiled;

[TestClass]
public sealed class RaspCompilerTests
{
    private const int Vocabulary = 3;
    private const int Length = 4;

    public static IEnumerable<object[]> Programs =>
        from name in Named.Keys from dummies in new[] { 0, 3 } select new object[] { name, dummies };

    private static readonly Dictionary<string, (RaspProgram Program, Func<int[], double[]> Meaning)> Named = new()
    {
        ["reverse"] = (RaspPrograms.Reverse(), tokens => [.. tokens.Reverse().Select(token => (double)token)]),
        ["fraction"] = (RaspPrograms.FractionPrevious(1), tokens =>
            [.. tokens.Select((_, place) => tokens.Take(place + 1).Average(token => token == 1 ? 1.0 : 0))]),
        ["sort"] = (RaspPrograms.Sort(Length), tokens => [.. tokens.Order().Select(token => (double)token)]),
        ["histogram"] = (RaspPrograms.Histogram(), tokens => [.. tokens.Select(token => (double)tokens.Count(other => other == token))]),
    };

    [TestMethod]
    [DynamicData(nameof(Programs))]
    public void Compile_GivesTheFunctionOnEveryInputOfEveryLength(string name, int dummies)
    {
        var (program, meaning) = Named[name];
        using var compiled = Compile(program, dummies);
        foreach (var tokens in Enumerable.Range(1, Length).SelectMany(RowsOf))
        {
            var expected = meaning(tokens);
            CollectionAssert.AreEqual(expected, compiled.Evaluate(tokens).Select(value => value!.Value).ToArray());
            var actual = compiled.Compute(tokens);
            for (var place = 0; place < tokens.Length; place++)
            {
                // Categories are read off exactly; numbers are means in single precision.
                Assert.AreEqual(expected[place], actual[place]!.Value, program is RaspNumbers ? Tolerance.Single
                    : 0, $"{name} of {string.Join(" ", tokens)} at {place}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Programs))]
    public void Compile_GivesOneForTheValueAndZeroForOthers(string name, int dummies)
    {
        var program = Named[name].Program;
        if (program is RaspNumbers)
        {
            Assert.Inconclusive("the program's values are numbers");
        }
        using var compiled = Compile(program, dummies);
        using var logits = compiled.Model.Run(new TokenBatch(compiled.AllInputs().Select(compiled.Row)), HookKind.Logits);
        var outputs = logits.narrow(1, 1, Length).contiguous().data<float>().ToArray();
        // Steps between widths are steep, and rounding with them.
        Assert.IsLessThan(1e-3, outputs.Max(value => Math.Min(Math.Abs(value), Math.Abs(value - 1))));
        Assert.AreEqual(compiled.AllInputs().Count * Length, outputs.Count(value => value > 0.5));
    }

    [TestMethod]
    public void Compile_OfRowsWhereNothingIsSelected_GivesNone()
    {
        var none = RaspProgram.Select(RaspProgram.Tokens, RaspProgram.Tokens, (_, _) => false);
        using var categories = Compile(none.Aggregate(RaspProgram.Tokens), 1);
        using var numbers = Compile(none.Aggregate(RaspProgram.Tokens.MapToNumbers(token => token + 1)), 1);
        Assert.IsTrue(categories.Compute([1, 2]).All(value => value is null));
        Assert.IsTrue(categories.Evaluate([1, 2]).All(value => value is null));
        Assert.IsTrue(numbers.Compute([1, 2]).All(value => Math.Abs(value!.Value) < 1e-6));
        CollectionAssert.AreEqual(new double?[] { 0, 0 }, numbers.Evaluate([1, 2]).ToArray());
    }

    [TestMethod]
    public void Compile_OfMappedCategories_ComputesThem()
    {
        using var compiled = Compile(RaspProgram.Tokens.Map(token => token / 2).Map(half => 7 - half), 0);
        CollectionAssert.AreEqual(new double?[] { 7, 7, 6 }, compiled.Compute([0, 1, 2]).ToArray());
        Assert.IsEmpty(compiled.Heads);
    }

    [TestMethod]
    public void Evaluate_OfCategoriesThatDiffer_SaysSo()
    {
        using var compiled = Compile(
            RaspProgram.Select(RaspProgram.Tokens, RaspProgram.Tokens, (_, _) => true).Aggregate(RaspProgram.Tokens), 0);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => compiled.Evaluate([0, 1])).Message, "values 0, 1");
    }

    [TestMethod]
    public void Compile_AddsDummyHeadsThatChangeNothing()
    {
        using var plain = Compile(RaspPrograms.Reverse(), 0);
        using var busy = Compile(RaspPrograms.Reverse(), 3);
        Assert.HasCount(2, busy.Heads);
        Assert.AreEqual(4, busy.Model.Config.Heads);
        var batch = new TokenBatch(busy.AllInputs().Select(busy.Row));
        HookPoint results = new(HookKind.HeadResult, 0);
        var dummy = Enumerable.Range(0, 4).First(head => !busy.Heads.Contains(CircuitNode.Head(0, head)));
        using var cache = busy.Model.Run(batch, [results, new(HookKind.Logits)]);
        using var without = busy.Model.Run(batch, HookKind.Logits, [Intervention.Zero(results, [dummy])]);
        Assert.IsGreaterThan(0.1, cache[results].select(2, dummy).abs().max().Item<float>());
        Assert.AreEqual(0f, (cache[HookKind.Logits] - without).abs().max().Item<float>());
    }

    [TestMethod]
    public void Compile_OfBadInput_SaysSo()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => RaspCompiler.Compile(RaspPrograms.Reverse(), new RaspCompilerOptions { Length = 0 })).Message, "Length is 0");
        using var compiled = Compile(RaspPrograms.Reverse(), 0);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => compiled.Row([3])).Message, "0 to 2");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => compiled.Compute(new int[5])).Message, "1 to 4");
        using var large = RaspCompiler.Compile(RaspPrograms.Histogram(), new RaspCompilerOptions { Vocabulary = 10, Length = 5 });
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => large.AllInputs()).Message, "10^5");
    }

    private static CompiledTransformer Compile(RaspProgram program, int dummies) =>
        RaspCompiler.Compile(program, new RaspCompilerOptions { Vocabulary = Vocabulary, Length = Length, DummyHeads = dummies });

    private static IEnumerable<int[]> RowsOf(int length) => Enumerable.Range(0, (int)Math.Pow(Vocabulary, length))
        .Select(number => Enumerable.Range(0, length).Select(place => number / (int)Math.Pow(Vocabulary, place) % Vocabulary).ToArray());
}

using Microsoft.ML.SearchSpace;
using LegalRange = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>What AutoML needs of options, by the attributes from which it builds a search space.</summary>
[TestClass]
public sealed class SearchSpaceTests
{
    private const int Points = 20;

    [TestMethod, EveryTrainer]
    public void EverySearchRange_StartsAtTheDefault_AndStaysWithinTheLegalRange(TrainerCase trainer)
    {
        var options = trainer.Defaults();
        foreach (var leaf in OptionLeaf.Of(options.GetType()))
        {
            if (leaf.Find<RangeAttribute>() is not { } range)
            {
                continue;
            }
            Assert.IsNotNull(range.Init, $"{leaf.Path}: without an init a sweep starts at the minimum.");
            Assert.AreEqual(Number(leaf.Get(options)), Number(range.Init), 1e-12, $"{leaf.Path}: init and default differ.");
            Assert.IsTrue(Number(range.Init) >= Number(range.Min)
                && Number(range.Init) <= Number(range.Max), $"{leaf.Path}: init is outside.");
            Assert.IsTrue(!range.LogBase || Number(range.Min) > 0, $"{leaf.Path}: a logarithmic range begins above 0.");
            var legal = leaf.Find<LegalRange>()!;
            Assert.IsTrue(legal.IsValid(range.Min) && legal.IsValid(range.Max), $"{leaf.Path}: the search range leaves the legal one.");
        }
    }

    [TestMethod]
    public void AutoML_StartsAtEveryDefault_AndReachesBothEnds()
    {
        List<string> faults = [];
        var count = 0;
        foreach (var type in PackAssemblies.All.SelectMany(assembly => assembly.GetExportedTypes()).Where(IsOptions))
        {
            foreach (var leaf in OptionLeaf.Of(type).Where(leaf => leaf.Chain.Length == 1 && leaf.Find<BooleanChoiceAttribute>() is null))
            {
                if (SampledOption.Of(leaf) is { } sampled)
                {
                    count++;
                    var defaultValue = leaf.Get(Activator.CreateInstance(type)!);
                    faults.AddRange(sampled.Faults(defaultValue).Select(fault => $"{type.Name}.{leaf.Path}: {fault}"));
                }
            }
        }
        Assert.AreEqual("", string.Join('\n', faults));
        Assert.IsGreaterThan(40, count);
    }

    [TestMethod]
    [DataRow(16, 128, 64, true, 62)]
    [DataRow(1, 32, 8, true, 6)]
    [DataRow(1, 2, 1, false, 1)]
    public void RangesOfIntegers_AreRoundedDownByAutoML(int min, int max, int init, bool logBase, int start)
    {
        var faults = SampledOption.Of(new RangeAttribute(min, max, init, logBase)).Faults(init).ToArray();
        Assert.Contains($"{max} is never reached", faults);
        Assert.AreEqual(start != init, faults.Contains($"a sweep starts at {start} instead of {init}"));
    }

    [TestMethod]
    public void Enums_ThatMatterMost_AreSearched()
    {
        string[] searched =
        [
            "ParaRnnOptions.Cell", "RecurrentOptions.Cell", "LsslOptions.StateMatrix", "AarenOptions.Attention", "LsslOptions.Pooling",
            "DeepNetworkOptions.Activation", "NeuralTangentKernelOptions.Activation", "ForecastOptions.Normalization",
        ];
        var choices = PackAssemblies.All.SelectMany(assembly => assembly.GetExportedTypes()).Where(IsOptions)
            .SelectMany(type => OptionLeaf.Of(type).Where(leaf => leaf.Type.IsEnum && leaf.Find<ChoiceAttribute>() is not null)
                .Select(leaf => $"{type.Name}.{leaf.Path}")).ToHashSet();
        Assert.AreEqual("", string.Join(' ', searched.Where(name => !choices.Contains(name))));
    }

    [TestMethod, EveryTrainer]
    public void EveryChoice_ContainsTheDefault_AndStartsThere(TrainerCase trainer)
    {
        var options = trainer.Defaults();
        foreach (var leaf in OptionLeaf.Of(options.GetType()))
        {
            if (leaf.Find<ChoiceAttribute>() is { } choice)
            {
                if (leaf.IsNullable)
                {
                    // An attribute cannot contain null, which is the default and stays the start where the space is made by the pack.
                    Assert.IsNull(leaf.Get(options), leaf.Path);
                    Assert.IsNull(choice.DefaultValue, leaf.Path);
                    continue;
                }
                Assert.AreEqual(leaf.Get(options), choice.DefaultValue, leaf.Path);
                Assert.Contains(leaf.Get(options), choice.Candidates, leaf.Path);
            }
            if (leaf.Find<BooleanChoiceAttribute>() is { } flag)
            {
                Assert.AreEqual(leaf.Get(options), flag.DefaultValue, leaf.Path);
            }
        }
    }

    [TestMethod, EveryTrainer]
    public void NestedOptions_AreSearchedToo(TrainerCase trainer)
    {
        var leaves = OptionLeaf.Of(trainer.Defaults().GetType());
        foreach (var leaf in leaves.Where(leaf => OptionLeaf.IsNested(leaf.Property)))
        {
            var searched = leaves.Any(inner => inner.Path.StartsWith(leaf.Path + ".", StringComparison.Ordinal) && IsSearched(inner));
            Assert.AreEqual(searched, leaf.Find<NestOptionAttribute>() is not null,
                $"{leaf.Path}: [NestOption] where something inside is searched.");
        }
    }

    [TestMethod, EveryTrainer]
    public void SomethingIsSearched(TrainerCase trainer) =>
        Assert.IsTrue(OptionLeaf.Of(trainer.Defaults().GetType()).Any(leaf => !leaf.Path.Contains('.') && IsSearched(leaf)));

    [TestMethod, EveryTrainer(OneTask = true)]
    public void RandomPoints_AreValidAndFit(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var random = new Random(1);
        var data = trainer.Load(ml, 9);
        for (var point = 0; point < Points; point++)
        {
            var options = Draw(trainer, random);
            using var model = trainer.Create(ml, options).Fit(data);
            Assert.IsTrue(trainer.Task.Scores(model.Transform(data)).All(row => row.All(float.IsFinite)), $"point {point}");
        }
    }

    private static TrainerOptions Draw(TrainerCase trainer, Random random)
    {
        var options = trainer.Defaults();
        if (options is NetworkTrainerOptions network)
        {
            network.Training.Epochs = 1;
        }
        foreach (var leaf in OptionLeaf.Of(options.GetType()).Where(IsSearched))
        {
            leaf.Set(options, Draw(leaf, random));
        }
        return options;
    }

    private static object Draw(OptionLeaf leaf, Random random)
    {
        if (leaf.Find<RangeAttribute>() is { } range)
        {
            var (from, to) = (Number(range.Min), Number(range.Max));
            var share = random.NextDouble();
            var value = range.LogBase ? from * Math.Pow(to / from, share) : from + (share * (to - from));
            return Convert.ChangeType(leaf.Type == typeof(int) ? Math.Round(value) : value, leaf.Type);
        }
        if (leaf.Find<ChoiceAttribute>() is { } choice)
        {
            return choice.Candidates[random.Next(choice.Candidates.Length)];
        }
        return random.Next(2) == 1;
    }

    private static bool IsOptions(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && type.GetConstructor([]) is not null;

    private static bool IsSearched(OptionLeaf leaf) =>
        leaf.Find<RangeAttribute>() is not null || leaf.Find<ChoiceAttribute>() is not null
            || leaf.Find<BooleanChoiceAttribute>() is not null;

    private static double Number(object? value) => Convert.ToDouble(value);
}

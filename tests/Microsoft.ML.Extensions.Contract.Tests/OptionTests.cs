using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions.Contract.Tests;

[TestClass]
public sealed class OptionTests
{
    private static readonly MLContext Ml = new(1);

    [TestMethod, EveryTrainer]
    public void Defaults_AreValid(TrainerCase trainer) => trainer.Create(Ml, trainer.Defaults());

    [TestMethod, EveryTrainer]
    public void EachBound_IsRefusedByNameBoundAndValue(TrainerCase trainer)
    {
        foreach (var leaf in OptionLeaf.Of(trainer.Defaults().GetType()))
        {
            foreach (var value in leaf.Outside())
            {
                var range = leaf.Find<RangeAttribute>()!;
                var message = Refusal(trainer, leaf, value);
                StringAssert.Contains(message, string.Create(CultureInfo.InvariantCulture, $"{leaf.Path} is {value}"));
                StringAssert.Contains(message, string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}"));
            }
        }
    }

    [TestMethod, EveryTrainer]
    public void EachNumber_HasABound(TrainerCase trainer)
    {
        foreach (var leaf in OptionLeaf.Of(trainer.Defaults().GetType())
            .Where(leaf => leaf.Type == typeof(int) || leaf.Type == typeof(double)))
        {
            Assert.IsTrue(leaf.Find<RangeAttribute>() is not null || leaf.Property.Name == "Seed", $"{leaf.Path} has no [Range].");
        }
    }

    [TestMethod, EveryTrainer]
    public void Seed_IsInOnePlace(TrainerCase trainer)
    {
        // Those of what does not depend on the seed of training, such as a drawn graph, are numbers; this one may be the context's.
        string[] seeds = [.. OptionLeaf.Of(trainer.Defaults().GetType()).Where(leaf => leaf.Property.Name == "Seed" && leaf.IsNullable).Select(leaf => leaf.Path)];
        CollectionAssert.AreEqual(new[] { trainer.Defaults() is NetworkTrainerOptions ? "Training.Seed" : "Seed" }, seeds);
    }

    [TestMethod, EveryTrainer]
    public void EachChoice_IsRefusedByNameAndChoices(TrainerCase trainer)
    {
        foreach (var leaf in OptionLeaf.Of(trainer.Defaults().GetType()).Where(leaf => leaf.Type.IsEnum))
        {
            var message = Refusal(trainer, leaf, Enum.ToObject(leaf.Type, 999));
            StringAssert.Contains(message, $"{leaf.Path} is 999");
            StringAssert.Contains(message, string.Join(", ", Enum.GetNames(leaf.Type)));
        }
    }

    [TestMethod, EveryTrainer]
    public void EachRequiredOption_IsMissedByName(TrainerCase trainer)
    {
        foreach (var leaf in OptionLeaf.Of(trainer.Defaults().GetType()).Where(leaf => leaf.Find<RequiredAttribute>() is not null))
        {
            StringAssert.Contains(Refusal(trainer, leaf, null), $"{leaf.Path} is empty");
            if (leaf.Type == typeof(string))
            {
                StringAssert.Contains(Refusal(trainer, leaf, ""), $"{leaf.Path} is empty");
            }
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void ManyFaults_ComeInOneMessage(TrainerCase trainer)
    {
        var options = (NetworkTrainerOptions)trainer.Defaults();
        (options.Training.Epochs, options.Training.Optimizer, options.LabelColumnName) = (-1, (OptimizerKind)7, "");
        var message = Assert.Throws<ArgumentException>(() => trainer.Create(Ml, options)).Message;
        foreach (var name in new[] { "Training.Epochs", "Training.Optimizer", "LabelColumnName" })
        {
            StringAssert.Contains(message, name);
        }
    }

    [TestMethod, EveryTrainer]
    public void NoOptionsAtAll_AreRefused(TrainerCase trainer) => Assert.Throws<ArgumentNullException>(() => trainer.Create(Ml, null));

    [TestMethod, EveryTrainer]
    public void LaterChanges_DoNotReachTheTrainer(TrainerCase trainer)
    {
        var data = trainer.Load(Ml, 9);
        var options = trainer.Tiny(o => o.SetSeed(3));
        var untouched = trainer.Task.Scores(trainer.Create(Ml, options).Fit(data).Transform(data));
        var estimator = trainer.Create(Ml, options);
        foreach (var leaf in OptionLeaf.Of(options.GetType()).Where(leaf => leaf.Property.CanWrite && !OptionLeaf.IsNested(leaf.Property)))
        {
            leaf.Set(options, Changed(leaf, options));
        }
        Scores.AssertSame(untouched, trainer.Task.Scores(estimator.Fit(data).Transform(data)));
    }

    private static object? Changed(OptionLeaf leaf, object options) => leaf.Outside().FirstOrDefault() ?? leaf.Get(options) switch
    {
        bool value => !value,
        Enum => Enum.ToObject(leaf.Type, 999),
        string => "changed",
        int => -1,
        CancellationToken => new CancellationToken(canceled: true),
        _ => null,
    };

    private static string Refusal(TrainerCase trainer, OptionLeaf leaf, object? value)
    {
        var options = trainer.Defaults();
        leaf.Set(options, value);
        return Assert.Throws<ArgumentException>(() => trainer.Create(Ml, options), $"{leaf.Path} = {value}").Message;
    }
}

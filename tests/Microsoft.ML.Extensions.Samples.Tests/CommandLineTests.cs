using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class CommandLineTests
{
    private static readonly CommandLine Line = new("A sample.", new TrainerTable()
        .Add("ParaRnn", (MLContext ml, ParaRnnOptions options) => ml.MulticlassClassification.Trainers.ParaRnn(options)));

    [TestMethod]
    public void Parse_NoArguments_GivesTheDefaults()
    {
        var arguments = Line.Parse([])!;

        Assert.AreEqual("ParaRnn", arguments.Trainer);
        Assert.AreEqual(1, arguments.Seed);
        Assert.IsTrue(arguments.Baseline);
        Assert.IsEmpty(arguments.Settings);
        Assert.IsNull(arguments.Train ?? arguments.Test ?? arguments.Save ?? arguments.Load);
    }

    [TestMethod]
    public void Parse_TakesRepeatedSettings_InTheirOrder()
    {
        var arguments = Line.Parse(["--set", "A=1", "--seed", "-5", "--set=B=@x", "--trainer", "pararnn", "--no-baseline"])!;

        CollectionAssert.AreEqual(new[] { "A=1", "B=@x" }, arguments.Settings.ToArray());
        Assert.AreEqual(-5, arguments.Seed);
        Assert.AreEqual("ParaRnn", arguments.Trainer);
        Assert.IsFalse(arguments.Baseline);
    }

    [TestMethod]
    [DataRow("--trian x", "'--trian'", "--train")]
    [DataRow("stray", "'stray'", "nearest")]
    [DataRow("--train", "'--train'", "missing")]
    [DataRow("--train nowhere.ts --test nowhere.ts", "--train", "'nowhere.ts'")]
    [DataRow("--load nowhere.zip", "--load", "'nowhere.zip'")]
    [DataRow("--save nowhere/model.zip", "--save", "'nowhere/model.zip'")]
    [DataRow("--seed x", "--seed is 'x'", "a whole number")]
    [DataRow("--seed 1 --seed 2", "--seed", "2")]
    [DataRow("--trainer Lssm", "'Lssm'", "known are ParaRnn")]
    public void Parse_WrongArguments_AreRefusedByName(string args, string got, string hint)
    {
        var error = Assert.ThrowsExactly<UsageException>(() => Line.Parse(args.Split(' ')));
        StringAssert.Contains(error.Message, got);
        StringAssert.Contains(error.Message, hint);
    }

    [TestMethod]
    [DataRow("--train FILE", "--test is missing")]
    [DataRow("--test FILE", "--train is missing")]
    [DataRow("--load FILE --train FILE --test FILE", "leave out --train")]
    [DataRow("--load FILE --set A=1", "leave out --set")]
    [DataRow("--load FILE --save model.zip", "leave out --save")]
    public void Parse_ArgumentsThatDoNotGoTogether_AreRefused(string args, string hint)
    {
        var file = typeof(CommandLineTests).Assembly.Location;
        var error = Assert.ThrowsExactly<UsageException>(() => Line.Parse([.. args.Split(' ').Select(arg => arg == "FILE" ? file : arg)]));
        StringAssert.Contains(error.Message, hint);
    }
}

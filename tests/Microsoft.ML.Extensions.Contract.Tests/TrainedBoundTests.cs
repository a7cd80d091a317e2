using System.Text.RegularExpressions;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// The tests' own sources, where the repository is at hand: no bound on something trained escapes the survey of <c>eng/bounds.sh</c>.
/// </summary>
[TestClass]
public sealed partial class TrainedBoundTests
{
    [TestMethod]
    public void BoundsOnMeasuresOfQuality_GoThroughTrainedBound()
    {
        foreach (var (file, text) in Sources())
        {
            foreach (Match bound in PlainBound().Matches(text))
            {
                Assert.Fail($"{file}: '{bound.Value}' is a bound on something trained; assert it by TrainedBound.");
            }
        }
    }

    [TestMethod]
    public void MarkedTestsHaveABound_AndTestsWithABoundAreMarked()
    {
        var marked = 0;
        foreach (var (file, text) in Sources())
        {
            foreach (var test in text.Split("[TestMethod").Skip(1))
            {
                var isMarked = test.StartsWith(", Trained", StringComparison.Ordinal);
                marked += isMarked ? 1 : 0;
                // A helper of several tests may have the bound.
                Assert.IsTrue(isMarked || !Body(test).Contains("TrainedBound.", StringComparison.Ordinal),
                    $"{file}: has a bound on something trained, not marked [Trained]: {test}");
                Assert.IsTrue(!isMarked
                    || text.Contains("TrainedBound.", StringComparison.Ordinal), $"{file}: marked [Trained], has no bound: {test}");
            }
        }
        Assert.IsGreaterThan(60, marked);
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(1.0)]
    public void WhatDoesNotHold_Fails(double value)
    {
        Assert.ThrowsExactly<AssertFailedException>(() => TrainedBound.Above(value, 1, "value"));
        Assert.ThrowsExactly<AssertFailedException>(() => TrainedBound.Below(value, 1, "value"));
        Assert.ThrowsExactly<AssertFailedException>(() => TrainedBound.AtLeast(value, 1.5, "value"));
        Assert.ThrowsExactly<AssertFailedException>(() => TrainedBound.AtMost(value, 0.5, "value"));
        Assert.ThrowsExactly<AssertFailedException>(() => TrainedBound.Near([0, 0, 2], [0, value, 2], 1, "values"));
        Assert.ThrowsExactly<AssertFailedException>(() => TrainedBound.Near([0], [0, 0], 1, "values"));
    }

    [TestMethod]
    public void WhatHolds_Passes()
    {
        TrainedBound.Above(1.5, 1, "value");
        TrainedBound.AtLeast(1, 1, "value");
        TrainedBound.Below(0.5, 1, "value");
        TrainedBound.AtMost(1, 1, "value");
        TrainedBound.Near([3, -2], [3.5, -2.5], 1, "values");
    }

    private static string Body(string test)
    {
        var end = test.IndexOf("\n    }", StringComparison.Ordinal);
        return end < 0 ? test : test[..end];
    }

    private static IEnumerable<(string File, string Text)> Sources()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Microsoft.ML.Extensions.slnx")))
        {
            folder = folder.Parent;
        }
        if (folder is null)
        {
            Assert.Inconclusive("the tests run outside of the repository");
        }
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder!.FullName, "tests"), "*Tests.cs", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) != $"{nameof(TrainedBoundTests)}.cs")
            {
                yield return (Path.GetRelativePath(folder.FullName, file), File.ReadAllText(file));
            }
        }
    }

    // Assert.IsGreaterThan(0.9, metrics.MicroAccuracy) and its like, on one line.
    [GeneratedRegex(@"Assert\.Is(Greater|Less)Than\w*\([^;\n]*(Accuracy|SquaredError|RSquared|LogLoss|NodeAuc|EdgeAuc|AreaUnderRoc|HeldOutAuc|TrainLoss|\.Skill\(|PValue)[^\n]*")]
    private static partial Regex PlainBound();
}

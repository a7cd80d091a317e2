namespace Microsoft.ML.Extensions.Core.Tests.Options;

[TestClass]
public sealed class OptionsCopyTests
{
    [TestMethod]
    public void Copy_HasEveryValue_TheOnesThatHaveNoPublicSetterToo()
    {
        var copy = OptionsCopy.Of(new OuterOptions(3) { Width = 7, Name = "seven" });
        Assert.AreEqual((7, "seven", 3, 5), (copy.Width, copy.Name, copy.Seed, copy.Inherited));
    }

    [TestMethod]
    public void LaterChangesOfNestedOptionsAndArrays_DoNotReachTheCopy()
    {
        var options = new OuterOptions(1);
        var copy = OptionsCopy.Of(options);
        options.Numbers[0] = 9;
        options.Inner.Depth = 9;
        options.Inner.Names[0] = "nine";
        options.Inherited = 9;
        Assert.AreEqual((1, 2, "two", 5), (copy.Numbers[0], copy.Inner.Depth, copy.Inner.Names[0], copy.Inherited));
    }

    [TestMethod]
    public void WhatTheUserShares_IsShared()
    {
        var options = new OuterOptions(1) { Progress = new Progress<int>(), Changed = () => { }, Shared = new SharedThing() };
        using var source = new CancellationTokenSource();
        options.Inner.Token = source.Token;
        var copy = OptionsCopy.Of(options);
        Assert.AreSame(options.Progress, copy.Progress);
        Assert.AreSame(options.Changed, copy.Changed);
        Assert.AreSame(options.Shared, copy.Shared);
        Assert.AreEqual(source.Token, copy.Inner.Token);
    }

    [TestMethod]
    public void NestedOptionsThatAreMissing_StayMissing() => Assert.IsNull(OptionsCopy.Of(new OuterOptions(1) { Inner = null! }).Inner);

    private abstract class BaseOptions(int seed)
    {
        public int Inherited { get; set; } = 5;

        public int Seed { get; } = seed;
    }

    private sealed class OuterOptions(int seed) : BaseOptions(seed)
    {
        public int Width { get; set; }

        public string Name { get; init; } = "";

        public int[] Numbers { get; set; } = [1];

        public InnerOptions Inner { get; set; } = new();

        public IProgress<int>? Progress { get; set; }

        public Action? Changed { get; set; }

        public SharedThing? Shared { get; set; }
    }

    private sealed class InnerOptions
    {
        public int Depth { get; set; } = 2;

        public string[] Names { get; set; } = ["two"];

        public CancellationToken Token { get; set; }
    }

    private sealed class SharedThing;
}

namespace Microsoft.ML.Extensions.Kernels.Tests;

/// <summary>Every family of duals, by name: test data by name shows in the test's title.</summary>
internal static class SomeDuals
{
    public static IReadOnlyDictionary<string, DualActivation> ByName { get; } = new Dictionary<string, DualActivation>
    {
        ["relu"] = DualActivation.Relu(),
        ["leaky"] = DualActivation.LeakyRelu(0.2),
        ["absolute"] = DualActivation.LeakyRelu(-1),
        ["erf"] = DualActivation.Erf(),
        ["steep erf"] = DualActivation.Erf(10),
        ["gelu"] = DualActivation.Gelu(),
        ["scaled gelu"] = DualActivation.Gelu().WithWeightScale(3),
        ["sine 1"] = DualActivation.Sine(1),
        ["sine 13.8"] = DualActivation.Sine(13.8258),
        ["hermite 2"] = DualActivation.Hermite(2),
        ["hermite 3"] = DualActivation.Hermite(3),
        ["optimal 1"] = DualActivation.OptimalFor(1),
        ["optimal 1.5"] = DualActivation.OptimalFor(1.5),
        ["optimal 2"] = DualActivation.OptimalFor(2),
        ["optimal 4"] = DualActivation.OptimalFor(4),
        ["optimal 8"] = DualActivation.OptimalFor(8),
        ["optimal 30"] = DualActivation.OptimalFor(30),
        ["polynomial"] = DualActivation.Polynomial(.1, .2, .3, .4),
        ["critical"] = DualActivation.Polynomial(.25, .5, .25),
        ["ordered"] = DualActivation.Polynomial(.6, .3, .1),
        ["biased relu"] = DualActivation.Relu().WithBias(0.1),
        ["biased erf"] = DualActivation.Erf().WithBias(0.05),
        ["tanh"] = DualActivation.FromActivation(Math.Tanh),
    };

    public static IEnumerable<object[]> Names => ByName.Keys.Select(name => new object[] { name });

    public static IEnumerable<object[]> SingularNames =>
        ByName.Where(pair => pair.Value.Limit(NetworkKernel.Nngp) == InfiniteDepthLimit.SingularKernel)
        .Select(pair => new object[] { pair.Key });
}

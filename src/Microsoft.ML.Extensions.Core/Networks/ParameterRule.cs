using TorchSharp.Modules;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>How one parameter of a network learns, by the rules of all modules that contain it.</summary>
/// <param name="Name">Its name in the network.</param>
/// <param name="Parameter">The parameter.</param>
/// <param name="Decays">Whether weight decay applies: to matrices, unless a module that contains it excludes it.</param>
/// <param name="RateFactor">Its learning rate divided by that of the run.</param>
internal sealed record ParameterRule(string Name, Parameter Parameter, bool Decays, double RateFactor)
{
    /// <summary>The rules of all parameters, in their order.</summary>
    public static IReadOnlyList<ParameterRule> Of(Network network)
    {
        var modules = ModuleTree.Parts<IParameterRules>(network).ToList();
        return [.. network.named_parameters().Select(named => Of(named.name, named.parameter, modules))];
    }

    private static ParameterRule Of(string name, Parameter parameter, List<(string Prefix, IParameterRules Rules)> modules)
    {
        var (decays, factor) = (parameter.dim() > 1, 1.0);
        foreach (var (prefix, rules) in modules.Where(module => name.StartsWith(module.Prefix, StringComparison.Ordinal)))
        {
            var own = name[prefix.Length..];
            decays &= rules.Decays(own, parameter);
            factor *= rules.RateFactor(own);
        }
        return new(name, parameter, decays, factor);
    }
}

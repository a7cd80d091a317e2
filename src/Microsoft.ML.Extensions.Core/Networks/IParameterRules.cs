using TorchSharp.Modules;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// A module that sets decay and learning rate of its parameters; found anywhere in a network. <see cref="ParameterRule"/> combines the
/// rules.
/// </summary>
internal interface IParameterRules
{
    /// <summary>Whether weight decay applies to a matrix; other parameters never decay.</summary>
    /// <param name="name">The parameter's name in this module.</param>
    /// <param name="parameter">The parameter.</param>
    bool Decays(string name, Parameter parameter) => true;

    /// <summary>The learning rate of a parameter divided by that of the module's parent.</summary>
    /// <param name="name">The parameter's name in this module.</param>
    double RateFactor(string name) => 1;
}

using TorchSharp.Modules;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A module that knows how its parameters learn; found wherever it stands in a network. <see cref="ParameterRule"/> puts rules together.</summary>
internal interface IParameterRules
{
    /// <summary>Whether weight decay may draw a matrix to zero; other parameters never decay.</summary>
    /// <param name="name">The parameter's name in this module.</param>
    /// <param name="parameter">The parameter.</param>
    bool Decays(string name, Parameter parameter) => true;

    /// <summary>The learning rate of a parameter over that of what is around the module.</summary>
    /// <param name="name">The parameter's name in this module.</param>
    double RateFactor(string name) => 1;
}

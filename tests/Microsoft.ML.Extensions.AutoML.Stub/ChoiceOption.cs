using System.Linq;

namespace Microsoft.ML.SearchSpace.Option;

public abstract class OptionBase
{
}

public sealed class ChoiceOption(params object[] choices) : OptionBase
{
    public Parameter[] Choices { get; } = [.. choices.Select(choice => Parameter.FromString(choice.ToString()!))];
}

using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>An LSTM cell (Hochreiter and Schmidhuber 1997), whose weights are drawn from a given generator.</summary>
internal sealed class PolicyCell : nn.Module
{
    // The names of these fields are those of policy files.
    private readonly Parameter inputs;
    private readonly Parameter states;
    private readonly Parameter bias;

    public PolicyCell(int width, int hidden, Generator generator)
        : base(nameof(PolicyCell))
    {
        inputs = Initial.Uniform(width, generator, 4 * hidden, width);
        states = Initial.Uniform(hidden, generator, 4 * hidden, hidden);
        bias = Initial.Zeros(4 * hidden);
        Hidden = hidden;
        RegisterComponents();
    }

    /// <summary>H.</summary>
    public int Hidden { get; }

    /// <summary>The state and the memory before the first step, <c>[B, H]</c>.</summary>
    public (Tensor State, Tensor Memory) Start(long rows) => (zeros(rows, Hidden), zeros(rows, Hidden));

    /// <summary>The state and the memory after a step.</summary>
    /// <param name="step">What is read, <c>[B, n]</c>.</param>
    /// <param name="before">Those before it.</param>
    public (Tensor State, Tensor Memory) Next(Tensor step, (Tensor State, Tensor Memory) before)
    {
        var gates = nn.functional.linear(step, inputs, bias).Plus(nn.functional.linear(before.State, states)).chunk(4, 1);
        var memory = (gates[0].sigmoid() * before.Memory).Plus(gates[1].sigmoid() * gates[2].tanh());
        return (gates[3].sigmoid() * memory.tanh(), memory);
    }

    /// <summary>The states after all steps, <c>[L, H]</c>, of one row; in the order of the steps also where it reads them backwards.</summary>
    /// <param name="steps">The steps, <c>[L, n]</c>.</param>
    /// <param name="backwards">Whether it begins with the last step.</param>
    public Tensor Run(Tensor steps, bool backwards)
    {
        var (count, states) = ((int)steps.shape[0], new Tensor[steps.shape[0]]);
        var last = Start(1);
        for (var i = 0; i < count; i++)
        {
            var at = backwards ? count - 1 - i : i;
            last = Next(steps.narrow(0, at, 1), last);
            states[at] = last.State;
        }
        return cat(states, 0);
    }
}

using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Runs a sample with the behaviour that all samples share.</summary>
public static class Sample
{
    /// <summary>Runs the sample and prints the figures last; an error is one line on the error stream.</summary>
    /// <param name="args">The arguments of the process.</param>
    /// <param name="commandLine">The command line of the sample.</param>
    /// <param name="run">The sample; its token is cancelled by Ctrl-C.</param>
    /// <returns>The exit code: 0, or 1 after an error or Ctrl-C.</returns>
    public static int Run(string[] args, CommandLine commandLine, Func<SampleArguments, CancellationToken, Figures> run) =>
        Run(args, commandLine.Parse, run);

    /// <summary>The same for a sample with its own arguments.</summary>
    /// <param name="args">The arguments of the process.</param>
    /// <param name="parse">Reads the arguments; null after a request for help.</param>
    /// <param name="run">The sample; its token is cancelled by Ctrl-C.</param>
    /// <returns>The exit code: 0, or 1 after an error or Ctrl-C.</returns>
    public static int Run<TArguments>(
        string[] args, Func<IReadOnlyList<string>, TArguments?> parse, Func<TArguments, CancellationToken, Figures> run)
        where TArguments : class
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(stop, context));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(stop, context));
        try
        {
            if (parse(args) is { } arguments)
            {
                var figures = run(arguments, stop.Token);
                stop.Token.ThrowIfCancellationRequested();
                figures.Write(Console.Out);
            }
            return 0;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(ErrorLine.Of(error));
            return 1;
        }
    }

    // The first signal lets the sample end cleanly; a second one ends it at once.
    private static void Stop(CancellationTokenSource stop, PosixSignalContext context)
    {
        context.Cancel = !stop.IsCancellationRequested;
        stop.Cancel();
    }
}

using Microsoft.ML.Extensions.Contract.Training.Tests;
using Microsoft.Testing.Platform.Builder;

if (args is [CheckpointVictim.Command, ..])
{
    CheckpointVictim.Run(args);
    return 0;
}
if (args is [ThreadCountVictim.Command, ..])
{
    ThreadCountVictim.Run(args);
    return 0;
}
var builder = await TestApplication.CreateBuilderAsync(args);
builder.AddSelfRegisteredExtensions(args);
using var application = await builder.BuildAsync();
return await application.RunAsync();
